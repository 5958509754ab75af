pcap_file 1 >a.pcap
"$CHECK" -q missing.pcap a.pcap
