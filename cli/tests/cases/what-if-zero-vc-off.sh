# The reset in frame 280 is the rule's, the client's FIN is not.
lab a1_nat_zero_vc a1.pcap
"$CHECK" -f ndjson --what-if server.zero_vc=off a1.pcap >report.ndjson; echo $?
grep '"type": "what_if"' report.ndjson
findings <report.ndjson
"$CHECK" --what-if server.zero_vc=off a1.pcap | sed -n '/^What if/,$p'
"$CHECK" --what-if server.zero_vc=on a1.pcap | sed -n '/^What if/,$p'
