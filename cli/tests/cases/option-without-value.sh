"$CHECK" x.pcap --format
