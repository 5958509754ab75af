lab i2_forged_rst server.pcap
"$CHECK" --join server.pcap
echo "one: $?"
"$CHECK" --join --trace 5 server.pcap server.pcap
echo "trace: $?"
"$CHECK" --join --continuous server.pcap server.pcap
echo "continuous: $?"
"$CHECK" --join server.pcap ./server.pcap
echo "twice: $?"
