# Names one a line or ended by NUL bytes, after those on the command line; wrong lists.
for i in 1 2 3; do pcap_file $i >"$i of 3.pcap"; done
files() { sed -n 's/^.*"file": "\([^"]*\)", "sha256.*/\1/p'; }
printf '2 of 3.pcap\r\n\n3 of 3.pcap' >list
"$CHECK" -f ndjson --files-from list "1 of 3.pcap" | files
echo NUL
printf '3 of 3.pcap\0' | "$CHECK" -f ndjson --files-from - | files
echo wrong
"$CHECK" --files-from missing; echo $?
"$CHECK" --files-from /dev/null; echo $?
printf '1 of 3.pcap\n-\n' >list; "$CHECK" --files-from list; echo $?
"$CHECK" --files-from - - </dev/null; echo $?
printf 'gone.pcap\n' | "$CHECK" -q --files-from - "1 of 3.pcap"; echo $?
