lab a2_three_clients a2.pcap
"$TO_PCAPNG" <a2.pcap | gzip >a2.pcapng.gz
"$CHECK" -f ndjson a2.pcap | findings >pcap
gzip a2.pcap
"$CHECK" -f ndjson a2.pcap.gz | findings | diff pcap -
"$CHECK" -f ndjson a2.pcapng.gz | findings | diff pcap -
wc -l <pcap
