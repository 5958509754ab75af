lab a1_nat_zero_vc a1.pcap
"$CHECK" --what-if server.zero_vcs=off a1.pcap 2>&1 | cut -c1-80
for value in server.zero_vc=perhaps client.session_timeout=1s zero_vc=off server.zero_vc; do
    "$CHECK" --what-if $value a1.pcap; echo $?
done
