lab a2_three_clients a2.pcap
"$TO_PCAPNG" <a2.pcap >a2.pcapng
"$CHECK" -f ndjson a2.pcap | findings >pcap
"$CHECK" -f ndjson a2.pcapng | findings >pcapng
cat pcapng
diff pcap pcapng
"$CHECK" -f json a2.pcapng >report
member report format
