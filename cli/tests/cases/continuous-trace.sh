piece a1_nat_zero_vc 1 100 a.pcap
piece a1_nat_zero_vc 101 178 b.pcap
"$CHECK" --continuous --trace b.pcap:50 a.pcap b.pcap | head -3; echo
"$CHECK" --continuous -f ndjson --trace a.pcap:90 --trace b.pcap:50 a.pcap b.pcap | grep -o '^{"type": "state", "file": "[^"]*", "frame": [0-9]*'
"$CHECK" --continuous --trace 50 a.pcap b.pcap; echo $?
"$CHECK" --continuous --trace b.pcap: a.pcap b.pcap; echo $?
"$CHECK" --continuous --trace b.pcap:500 a.pcap b.pcap; echo $?
"$CHECK" --trace b.pcap:50 a.pcap; echo $?
