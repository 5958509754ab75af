pcap_file 3 | gzip >a.pcap.gz
echo text | gzip >notes.gz
head -c 50 a.pcap.gz >cut.pcap.gz
"$CHECK" -f json a.pcap.gz >report
echo $?
for name in format frames complete; do member report $name; done
"$CHECK" -q notes.gz
echo $?
"$CHECK" -q cut.pcap.gz 2>/dev/null
echo $?
mkdir d
mv notes.gz a.pcap.gz d
"$CHECK" -q d
