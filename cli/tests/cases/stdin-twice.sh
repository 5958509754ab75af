pcap_file 3 | "$CHECK" - -
