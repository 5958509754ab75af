# One answer for each capture, in their order; without the option there is no such section.
lab a1_nat_zero_vc a1.pcap
lab b_control_reset_no b.pcap
"$CHECK" -f json --what-if server.zero_vc=off a1.pcap b.pcap >report.json; echo $?
sed -n 's/^ "\([a-z_]*\)": \[.*/\1/p' report.json
grep -o '"type": "what_if", "file": "[^"]*", "settings": \[[^]]*\], "ends": [0-9]*, "gone_count": [0-9]*' report.json
"$CHECK" -f json a1.pcap | grep -c what_if
true
