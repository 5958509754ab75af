lab a1_nat_zero_vc a1.pcap
for severity in info note warning error; do
    echo $severity
    "$CHECK" -f ndjson --min-severity $severity a1.pcap >report
    findings <report
    grep -o '"type": "observation".*"kind": "[^"]*"' report | grep -o '[^"]*"$'
    tail -n 1 report
done
