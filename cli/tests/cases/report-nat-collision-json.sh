lab a1_nat_zero_vc a1.pcap
"$CHECK" -f json a1.pcap
