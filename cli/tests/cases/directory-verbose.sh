mkdir d
pcap_file 1 >d/b.pcap
echo text >d/notes.txt
"$CHECK" -qv d
