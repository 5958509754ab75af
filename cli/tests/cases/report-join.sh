# A victim, its culprit and their server, each captured by itself: one story with the addresses of both sides of the NAT.
lab a1_nat_zero_vc.clientA clientA.pcap
lab a1_nat_zero_vc.clientB clientB.pcap
lab a1_nat_zero_vc server.pcap
"$CHECK" --join --min-severity info clientA.pcap clientB.pcap server.pcap
