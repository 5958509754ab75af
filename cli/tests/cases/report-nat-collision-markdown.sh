lab a1_nat_zero_vc
"$CHECK" -f markdown a1_nat_zero_vc.pcap missing.pcap 2>/dev/null
