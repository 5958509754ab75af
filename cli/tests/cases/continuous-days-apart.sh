# The same capture two days later: other connections. Those of the first that were open have no end, and no clock ran on.
piece a1_nat_zero_vc 1 200 a.pcap
piece a1_nat_zero_vc 1 306 b.pcap 172800
"$CHECK" --continuous -f ndjson b.pcap a.pcap | joint_findings
"$CHECK" --continuous b.pcap a.pcap | sed -n '1,9p'
