# Hosts without names that share an address: the capture from before the NAT says who they are, whose port is whose, and who came back.
play() {
    echo '# Each of four hosts in turn cuts off the one before, three times round.'
    echo "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\" ttl=$1"
    [ "$2" ] || echo 'client NAT 192.0.2.1'
    for i in 0 1 2 3; do
        if [ "$2" ]; then echo "host H$i 192.168.77.1$i ttl=128 mac=02:00:00:00:00:1$i"; else echo "host H$i on NAT ttl=127"; fi
    done
    i=0
    while [ $i -le 12 ]; do
        printf 'c%d = H%d:%d > S:445 seq=%d\n' $i $((i % 4)) $((1025 + i)) $((70000 + 1111 * i))
        i=$((i + 1))
    done
    printf '+0 c0 connect\n+1ms c0 negotiate\n+1ms c0 logon vc=0\n+1ms c0 tree\n+1ms c0 ECHO\n'
    i=1
    while [ $i -le 12 ]; do
        printf '+1s c%d connect\n+1ms c%d negotiate\n+1ms c%d > SESSION_SETUP vc=0\n' $i $i $i
        printf '+0.2ms c%d < RST\n+0.2ms c%d < SESSION_SETUP\n+1ms c%d SESSION_SETUP vc=0\n+1ms c%d tree\n+1ms c%d ECHO\n' \
            $((i - 1)) $i $i $i $i
        i=$((i + 1))
    done
    echo '+1s end'
}
play 128 '' >outside.scn
play 127 before >inside.scn
"$SCN2PCAP" outside.scn outside.pcap
"$SCN2PCAP" inside.scn inside.pcap
"$CHECK" --join outside.pcap inside.pcap
"$CHECK" --join -v outside.pcap inside.pcap | sed -n '/:1027 →.*reset/,/More:/p'
"$CHECK" --join -f json outside.pcap inside.pcap | grep -o '"by_host": \[[^]]*\]'
"$CHECK" --join -v -f markdown outside.pcap inside.pcap | grep 'connection.*:1027\|back.*:1031'
echo 'From outside alone:'
"$CHECK" outside.pcap | grep -A 1 'by host\|×\|one host'
