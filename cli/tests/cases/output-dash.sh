# "-" is standard output here too, and no file of that name; the key of pseudonyms has to be kept.
lab a1_nat_zero_vc
"$CHECK" -q -o - a1_nat_zero_vc.pcap
"$CHECK" -f csv -o - a1_nat_zero_vc.pcap | head -n 1 | cut -c 1-20
"$CHECK" -f csv --output=- a1_nat_zero_vc.pcap | wc -l
"$CHECK" --anonymize-key - a1_nat_zero_vc.pcap; echo $?
ls
"$CHECK" -f csv -o ./- a1_nat_zero_vc.pcap
ls
