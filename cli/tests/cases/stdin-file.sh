pcap_file 3 >a.pcap
"$CHECK" -f ndjson - <a.pcap >report
echo $?
for name in bytes frames; do member report $name; done
