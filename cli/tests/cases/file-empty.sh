: >empty.pcap
"$CHECK" empty.pcap
