# Files of one capture, which overlap, as one: the same findings, by number in place of name; a name that was given still leads to a frame.
mkdir ring
piece a1_nat_zero_vc 1 279 ring/jane-a.pcap
piece a1_nat_zero_vc 260 47 ring/jane-b.pcap
"$CHECK" --continuous -f ndjson ring >plain
"$CHECK" --continuous --anonymize -f ndjson ring >anonymous
joint_findings <plain >want
joint_findings <anonymous | sed 's/capture-1/jane-a.pcap/g; s/capture-2/jane-b.pcap/g' >got
sed 's|ring/||g' want | diff - got && echo the same
grep -c jane anonymous
grep -o '"repeated_frames": [0-9]*' anonymous
"$CHECK" --continuous --anonymize --trace ring/jane-b.pcap:25 ring | sed -n 's/,.*//;1p'
TMPDIR=$PWD/nowhere "$CHECK" --continuous --anonymize ring 2>&1 | sed "s|$PWD|.|"
exit 0
