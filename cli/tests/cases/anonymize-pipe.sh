# Through a pipe, and in a format for live captures: the same, once it is whole.
lab a1_nat_zero_vc
printf '%032d' 0 >key
"$CHECK" --anonymize-key key -f ndjson a1_nat_zero_vc.pcap >file.ndjson
cat a1_nat_zero_vc.pcap | "$CHECK" --anonymize-key key -f ndjson - >pipe.ndjson
cmp file.ndjson pipe.ndjson && findings <pipe.ndjson
"$CHECK" -f ndjson a1_nat_zero_vc.pcap | findings
