# The culprit, frame 278, is the last of one file, the victim's reset, 280, the second of the next. Names tell another order.
piece a1_nat_zero_vc 1 100 c.pcap
piece a1_nat_zero_vc 101 178 z.pcap
piece a1_nat_zero_vc 279 28 a.pcap
"$CHECK" --continuous -f ndjson c.pcap a.pcap z.pcap >joint; echo $?
joint_findings <joint
grep -o '"type": "capture", "file": "[^"]*"\|"frames": [0-9]*\|"part": {"index": [0-9]*' joint
"$CHECK" --continuous a.pcap z.pcap c.pcap | sed -n '1p;/zero-vc, NAT/,/evidence/p;/^✗/p'
"$CHECK" --continuous -f csv . | sed -n '/,zero-vc,/s/,.*,\([^,]*\),/ ... \1/p'
echo "Each for itself:"
"$CHECK" -f ndjson c.pcap a.pcap z.pcap | joint_findings
