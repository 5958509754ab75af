# Captures that are joined and share no connection: one line says so, and what would. Of several, those are named that share none.
lab a1_nat_zero_vc server.pcap
lab a1_nat_zero_vc.clientA a.pcap
lab i2_forged_rst other.pcap
"$CHECK" --join -f csv server.pcap other.pcap | wc -l
echo "one of three" >&2
"$CHECK" --join -f csv server.pcap a.pcap other.pcap | wc -l
echo "all share" >&2
"$CHECK" --join -f csv server.pcap a.pcap | wc -l
