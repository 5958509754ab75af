lab i2_forged_rst i2.pcap
"$CHECK" -f ndjson i2.pcap
