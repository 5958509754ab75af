# The other end of a1: what is not in the capture is possible and no more.
lab a1_nat_zero_vc.clientA a1.pcap
"$CHECK" a1.pcap
