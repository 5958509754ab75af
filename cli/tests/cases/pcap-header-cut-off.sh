pcap_header | head -c 23 >a.pcap
"$CHECK" -f json a.pcap >report
echo $?
member report complete
member report frames
