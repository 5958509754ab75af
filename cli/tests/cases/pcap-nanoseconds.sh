{ printf '\115\074\262\241'; pcap_file 2 | tail -c +5; } >a.pcap
"$CHECK" -f json a.pcap >report
echo $?
member report format
member report frames
