# All captures together in place of each: the same whatever the jobs, in text and markdown, and in no other format.
lab a1_nat_zero_vc a.pcap
lab a2_three_clients b.pcap
lab i2_forged_rst c.pcap
head -c 99000 a.pcap >cut.pcap
"$CHECK" --summary -j 1 ./*.pcap >one
echo $?
"$CHECK" --summary -j 4 ./*.pcap 2>/dev/null >four
cmp one four
cat one
"$CHECK" --summary -f markdown a.pcap b.pcap | head -5
"$CHECK" --summary -q a.pcap; echo $?
"$CHECK" --summary -f json a.pcap; echo $?
"$CHECK" --summary --end 280 a.pcap; echo $?
