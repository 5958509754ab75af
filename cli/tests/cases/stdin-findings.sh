lab a1_nat_zero_vc a1.pcap
"$CHECK" -f ndjson a1.pcap | findings >from-file
cat from-file
"$CHECK" -f ndjson - <a1.pcap | findings | diff from-file -
"$CHECK" -f json a1.pcap | sed 's/"file": "[^"]*"/"file"/; s/"sha256": [^,]*//; s/"bytes": [^,]*//' >file.json
cat a1.pcap | "$CHECK" -f json - | sed 's/"file": "[^"]*"/"file"/; s/"sha256": [^,]*//; s/"bytes": [^,]*//' | diff file.json -
