# The report is the same with it; and it is written although nobody reads the report.
lab a1_nat_zero_vc a1.pcap
"$CHECK" -f json a1.pcap >plain
"$CHECK" -f json --annotate out.pcapng a1.pcap | cmp plain -
rm out.pcapng
"$CHECK" -f ndjson --annotate out.pcapng a1.pcap | true
"$COMMENTS" <out.pcapng | tail -n 1
