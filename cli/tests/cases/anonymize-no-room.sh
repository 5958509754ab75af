# A copy that can't be written is a problem of that input, and no half result.
lab a1_nat_zero_vc
TMPDIR=$PWD/nowhere "$CHECK" --anonymize a1_nat_zero_vc.pcap 2>&1 | sed "s|$PWD|.|"
TMPDIR=$PWD/nowhere "$CHECK" --anonymize -q a1_nat_zero_vc.pcap 2>/dev/null
