pcap_file 20 >a.pcap
"$CHECK" -f json a.pcap >report
[ "$(member report sha256)" = "\"$(sha256sum a.pcap | cut -d ' ' -f 1)\"" ]
