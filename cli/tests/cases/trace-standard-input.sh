lab a1_nat_zero_vc a1.pcap
"$CHECK" --trace 1 a1.pcap
"$CHECK" --trace 24 a1.pcap >file.txt
cat a1.pcap | "$CHECK" --trace 24 - | cmp - file.txt && echo the same
cat a1.pcap | "$CHECK" -f ndjson --trace 24 - | grep -c '"type": "state"'
