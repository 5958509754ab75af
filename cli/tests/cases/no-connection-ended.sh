# Where no connection ended the report says so, and nothing else does; not where findings are hidden.
piece a1_nat_zero_vc 1 20 begun.pcap
"$CHECK" begun.pcap | grep 'No connection ended'
"$CHECK" --continuous begun.pcap | grep -c 'No connection ended'
"$CHECK" -q begun.pcap
for format in json ndjson csv sarif junit; do
    "$CHECK" -f $format begun.pcap | grep -i 'no connection ended'
done
"$CHECK" --trace 20 begun.pcap | grep 'No connection ended'
lab a1_nat_zero_vc a1.pcap
"$CHECK" a1.pcap | grep 'No connection ended'
pcap_file 3 >none.pcap
"$CHECK" none.pcap | grep 'No connection ended'
true
