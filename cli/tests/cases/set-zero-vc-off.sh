lab a1_nat_zero_vc a1.pcap
"$CHECK" --set server.zero_vc=off -f ndjson a1.pcap | findings
"$CHECK" --set server.zero_vc=perhaps a1.pcap; echo $?
"$CHECK" --set server.zero_vcs=off a1.pcap; echo $?
