lab a1_nat_zero_vc a1.pcap
mkdir folder; cp a1.pcap folder
for frame in 0 -1 1x '' 18446744073709551616; do "$CHECK" --trace="$frame" a1.pcap; echo $?; done
"$CHECK" --trace 5 a1.pcap a1.pcap; echo $?
"$CHECK" --trace 5 folder; echo $?
"$CHECK" --trace 5 missing.pcap; echo $?
