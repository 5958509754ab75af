# Standard input, pcapng, gzip where it can be read, files without frames: all may be among them.
piece a1_nat_zero_vc 1 100 a.pcap
piece a1_nat_zero_vc 101 178 full.pcap
"$TO_PCAPNG" <full.pcap >b.pcapng; rm full.pcap
piece a1_nat_zero_vc 279 28 c
"$CHECK" --continuous -f ndjson - b.pcapng a.pcap <c >joint; echo $?
joint_findings <joint
"$CHECK" --continuous -f ndjson - <a.pcap | grep -c '"type": "joint"'
cat c | "$CHECK" --continuous -f ndjson a.pcap b.pcapng - | joint_findings
for format in json html markdown sarif junit csv; do
    "$CHECK" --continuous -vv -f $format a.pcap b.pcapng c --what-if server.zero_vc=off 2>/dev/null ||
        "$CHECK" --continuous -vv -f $format a.pcap b.pcapng c
done | grep -c 4503599627
