# README shows what the program says today.
mkdir -p testdata/captures
lab a1_nat_zero_vc testdata/captures/a1_nat_zero_vc.pcap
sed -n '/^```text$/,/^```$/p' "$LAB/../../README.md" | sed '1d; $d' >sample
[ -s sample ] || echo 'README has no sample'
"$CHECK" testdata/captures/a1_nat_zero_vc.pcap >report
sed '$d' report | diff sample -
