# One key, one set of pseudonyms; without a key each run has its own. A key that is not there is made, for its owner only.
lab a1_nat_zero_vc
"$CHECK" --anonymize-key key -f json a1_nat_zero_vc.pcap >one.json
"$CHECK" --anonymize-key key -f json a1_nat_zero_vc.pcap >two.json
"$CHECK" --anonymize -f json a1_nat_zero_vc.pcap >three.json
cmp one.json two.json && echo the same
cmp -s one.json three.json || echo another
ls -l key | cut -c1-10
wc -c <key
printf 'too short' >short
"$CHECK" --anonymize-key short a1_nat_zero_vc.pcap
echo $?
"$CHECK" --anonymize-key . a1_nat_zero_vc.pcap
echo $?
"$CHECK" --anonymize-key none/key a1_nat_zero_vc.pcap
echo $?
head -c 32 /dev/zero >bytes
printf '0000000000000000000000000000000000000000000000000000000000000000\n' >digits
"$CHECK" --anonymize-key bytes -f json a1_nat_zero_vc.pcap >four.json
"$CHECK" --anonymize-key digits -f json a1_nat_zero_vc.pcap >five.json
cmp four.json five.json && echo the same
