# Of no capture nothing is said about ends; of one beside it that was read, it is.
lab a1_nat_zero_vc 1.pcap
for f in html markdown json; do
    "$CHECK" -f $f gone.pcap 2>/dev/null | grep -o -e '<h1>[^<]*' -e '^# .*' -e '"headline": "[^"]*"'
    "$CHECK" -f $f gone.pcap 1.pcap 2>/dev/null | grep -o -e '<h1>[^<]*' -e '^# .*' -e '"headline": "[^"]*"'
done
