# A file that is cut off, one that is none, one that is empty: what can be read is, and the hole is told.
piece a1_nat_zero_vc 1 100 a.pcap
piece a1_nat_zero_vc 101 100 full.pcap
head -c 5000 full.pcap >b.pcap
rm full.pcap
piece a1_nat_zero_vc 201 106 c.pcap
"$CHECK" --continuous -f ndjson a.pcap b.pcap c.pcap >joint; echo $?
joint_findings <joint
grep -o '"file": "b.pcap".*"complete": [a-z]*\|"type": "joint", "files": [0-9]*\|"holes": [0-9]*' joint | sed 's/,.*,/,/'
echo nothing >b.pcap
"$CHECK" --continuous a.pcap b.pcap c.pcap | sed -n '1,8p'
: >b.pcap
"$CHECK" --continuous -q .; echo $?
"$CHECK" --continuous -q a.pcap gone.pcap; echo $?
pcap_header >b.pcap
"$CHECK" --continuous -f ndjson . >joint; echo $?
joint_findings <joint
mkdir none; "$CHECK" --continuous none; echo $?
