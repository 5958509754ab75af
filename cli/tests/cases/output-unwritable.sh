pcap_file 1 >a.pcap
"$CHECK" -o missing/report a.pcap
