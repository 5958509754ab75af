# Captures that show the same connections are better joined; copies of one, and captures of nothing in common, are not.
lab i2_forged_rst server.pcap
lab i2_forged_rst.clientA client.pcap
lab a1_nat_zero_vc other.pcap
cp server.pcap copy.pcap
"$CHECK" -f csv server.pcap client.pcap | wc -l
echo "copies" >&2
"$CHECK" -f csv server.pcap copy.pcap | wc -l
echo "nothing in common" >&2
"$CHECK" -f csv server.pcap other.pcap | wc -l
echo "quiet" >&2
"$CHECK" -q server.pcap client.pcap
