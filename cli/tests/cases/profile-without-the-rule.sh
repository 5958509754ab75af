# A server that is said not to have the rule has not applied it; one that has it, has.
lab a1_nat_zero_vc a1.pcap
for name in samba samba-reset-on-zero-vc auto; do
    echo "$name"
    "$CHECK" --profile server=$name -f ndjson a1.pcap | findings
done
