# tcpdump -C numbers its files behind the suffix, the first has no number: the one with 2 is not there.
piece a1_nat_zero_vc 1 100 x.pcap
piece a1_nat_zero_vc 101 50 x.pcap1
piece a1_nat_zero_vc 201 50 x.pcap3
piece a1_nat_zero_vc 251 56 x.pcap4
"$CHECK" --continuous -f ndjson . | grep -o '"kind": "gaps".*"summary": "Packets are missing[^"]*"'
