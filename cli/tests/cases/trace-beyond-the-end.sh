lab a1_nat_zero_vc a1.pcap
"$CHECK" --trace 1 --trace 307 --trace 999 a1.pcap; echo $?
"$CHECK" --trace 306 a1.pcap | head -1
head -c 2000 a1.pcap >cut.pcap
"$CHECK" --trace 999 cut.pcap; echo $?
"$CHECK" -q --trace 1 a1.pcap; echo $?
