mkdir -p d/sub
pcap_file 1 >d/b.pcap
pcap_file 2 | head -c 150 >d/sub/cut.pcap
pcap_file 2 >d/sub/a.cap
echo text >d/notes.txt
: >d/empty.pcap
ln -s ../sub d/sub/loop
"$CHECK" -f ndjson d >report
echo $?
member report file | uniq
