# The status of what is told, joined; a file that is cut off is still said to be.
lab a1_nat_zero_vc server.pcap
lab a1_nat_zero_vc.clientA a.pcap
head -c 150000 a.pcap > cut.pcap
"$CHECK" -q a.pcap
echo "client: $?"
"$CHECK" -q --join a.pcap server.pcap
echo "joined: $?"
"$CHECK" -q --join cut.pcap server.pcap
echo "cut off: $?"
"$CHECK" -q --join a.pcap missing.pcap server.pcap
echo "missing: $?"
"$CHECK" --join -f csv - server.pcap < a.pcap | cut -d, -f1-7
