# A number that no file of the ring buffer has is a hole, where the names are dumpcap's; a file without frames is none.
ring() { echo "ring_$1_2026112021361$2.pcap"; }
piece a1_nat_zero_vc 1 100 "$(ring 99998 3)"
piece a1_nat_zero_vc 101 100 "$(ring 99999 4)"
piece a1_nat_zero_vc 201 78 "$(ring 00000 5)"
piece a1_nat_zero_vc 279 28 "$(ring 00001 6)"
holes() { "$CHECK" --continuous -f json "$@" | grep -o '"holes": [0-9]*'; }
holes ring_*
"$CHECK" --continuous -f ndjson ring_* | joint_findings
mkdir away; mv ring_99999* away
holes ring_*
"$CHECK" --continuous ring_* | sed -n '3,4p'
mv ring_00000* away
holes ring_*
pcap_header >"$(ring 00000 5)"; pcap_header >"$(ring 99999 4)"
holes ring_*
rm ring_9999* ring_00000*
cp away/ring_99999* other_99999_20261120213614.pcap
holes ring_* other_*
cp ring_00001* "b_20261122.pcap"; cp other_* "b_20261120.pcap"
holes b_*
