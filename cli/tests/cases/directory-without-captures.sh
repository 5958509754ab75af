mkdir -p none/deeper some
echo text >none/notes.txt
pcap_file 1 >some/a.pcap
"$CHECK" -q none some
