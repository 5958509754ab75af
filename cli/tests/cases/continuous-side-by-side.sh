# Forty files that overlap from the first second to the last, and one between: all are open at once. Where the system allows fewer, that is said.
lab a1_nat_zero_vc
mkdir parts
i=1
while [ $i -le 40 ]; do
    { "$SLICE" $i 1; } <a1_nat_zero_vc.pcap >parts/s$i.pcap
    { "$SLICE" $((i + 266)) 1; } <a1_nat_zero_vc.pcap | tail -c +25 >>parts/s$i.pcap
    i=$((i + 1))
done
piece a1_nat_zero_vc 41 226 parts/m.pcap
verdicts() {
    grep -o '"epoch_ns": "[0-9]*", "kind": "[a-z]*", "by": "[a-z]*"}, "cause": "[^"]*", "variant": [^,]*' | sort
}
"$CHECK" -f ndjson a1_nat_zero_vc.pcap | verdicts >whole
"$CHECK" --continuous -f ndjson parts | verdicts | diff whole - && echo the same
(
    ulimit -n 90
    "$CHECK" --continuous parts >fewer
    echo $?
)
sed -n '1p;/INCOMPLETE/,/limit/p' fewer
