"$CHECK" --nonesuch x.pcap
