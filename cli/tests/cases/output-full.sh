pcap_file 1 >a.pcap
"$CHECK" -f json a.pcap >/dev/full
