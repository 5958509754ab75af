# In a folder only what begins like a capture, or is named like one, counts; the rest is skipped and counted in one line.
mkdir d
lab a1_nat_zero_vc d/a.pcap
pcap_file 2 | gzip >d/log.1.gz
printf '.TH LS 1 "January 2024"\n.SH NAME\nls \\- list directory contents\n' | gzip >d/ls.1.gz
printf '' | gzip >d/empty.gz
head -c 3000 "$0" | tr 'a-z' 'n-za-m' | gzip >d/words.gz
echo text >d/notes.txt
"$CHECK" -f ndjson d | grep -o '"type": "capture", "file": "[^"]*"'
echo "named so" >&2
echo text | gzip >d/wrong.pcap.gz
echo text >d/wrong.pcapng
"$CHECK" -q d; echo $?
"$CHECK" d | wc -l
echo "named by the user" >&2
"$CHECK" d/ls.1.gz; echo $?
echo "as one" >&2
rm d/wrong*
"$CHECK" --continuous -f ndjson d | grep -c '"type": "capture"'
echo "named" >&2
"$CHECK" -v -q d
