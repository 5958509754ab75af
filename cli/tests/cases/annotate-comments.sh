# Comments at the culprit, the victim and the evidence; verdicts and packets stay what they were.
lab a1_nat_zero_vc a1.pcap
"$CHECK" -q --annotate a1.pcapng a1.pcap
"$COMMENTS" <a1.pcapng
"$CHECK" -f ndjson a1.pcap | findings >before
"$CHECK" -f ndjson a1.pcapng | findings | diff before - && echo "same verdicts"
# Infos too, when they are asked for.
"$CHECK" -q --min-severity info --annotate info.pcapng a1.pcap
"$COMMENTS" <info.pcapng | grep -c 'role=victim'
"$CHECK" -q --min-severity error --annotate error.pcapng a1.pcap
"$COMMENTS" <error.pcapng | grep -c 'role=observation'
ls -A
