lab a1_nat_zero_vc a1.pcap
"$CHECK" a1.pcap
