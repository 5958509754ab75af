# A ticket of several files that are one capture: one report, one evidence with the verdicts of the whole, and their names.
mkdir ring
piece a1_nat_zero_vc 1 100 ring/c.pcap
piece a1_nat_zero_vc 101 178 ring/z.pcap
piece a1_nat_zero_vc 279 28 ring/a.pcap
"$CHECK" -f json --continuous ring >plain
"$CHECK" -f json --continuous --ticket t.zip ring | cmp plain - && echo "the report is the same"
"$CHECK" -q --continuous --ticket two.zip ring/a.pcap ring/c.pcap ring/z.pcap; echo $?
unpack() { python3 -m zipfile -e "$1" "$2"; }
unpack t.zip t
ls t
sed -n '/^Capture/,/^What was found/p' t/README.txt
ends() { sed -n '/"ends"/,/"observations"/p' "$1" | grep -o '"file": "[^"]*"\|"end": {"frame": [0-9]*\|"culprit": {"frame": [0-9]*'; }
ends plain | sed 's/ring.//' >want
ends t/findings.json | diff want - && cat want
"$CHECK" -f ndjson t/evidence.pcapng | findings
"$COMMENTS" <t/evidence.pcapng | grep -v role= | sed -n '1p;100p;277p;278p'
grep -c 'ring/' t/*.*
grep -l 4503599627 t/*
echo "With --anonymize:"
"$CHECK" -q --continuous --anonymize --ticket anonymous.zip ring
unpack anonymous.zip u
"$CHECK" -f ndjson u/evidence.pcapng | findings
"$COMMENTS" <u/evidence.pcapng | sed -n '1p;278p' | cut -c1-70
grep -c '[acz]\.pcap' u/*.*
exit 0
