"$CHECK" --format yaml x.pcap
