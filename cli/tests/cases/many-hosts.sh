# 300 ends of 300 hosts behind one address, 300 hostile names: every error is counted, nothing escapes to the terminal.
{
    echo '# Each host cuts off the one before.'
    echo 'server S 10.0.0.10 os="Windows Server 2003 3790" lanman="Windows Server 2003 5.2"'
    echo 'client NAT 192.0.2.1'
    i=0
    while [ $i -le 300 ]; do
        printf 'host H%d on NAT name="PC%d\033[31m"\nc%d = H%d:%d > S:445\n' $i $i $i $i $((1025 + i))
        i=$((i + 1))
    done
    echo '+0 c0 connect'
    echo '+1ms c0 negotiate'
    echo '+1ms c0 logon vc=0'
    i=1
    while [ $i -le 300 ]; do
        printf '+1s c%d connect\n+1ms c%d negotiate\n+1ms c%d > SESSION_SETUP vc=0\n' $i $i $i
        printf '+0.2ms c%d < RST\n+0.2ms c%d < SESSION_SETUP\n+1ms c%d SESSION_SETUP vc=0\n+1ms c%d tree\n' $((i - 1)) $i $i $i
        i=$((i + 1))
    done
} >many.scn
"$SCN2PCAP" many.scn many.pcap
"$CHECK" many.pcap | grep -v '^many.pcap'
"$CHECK" many.pcap | grep -c "$(printf '\033')"
"$CHECK" -f json many.pcap | grep -o '"summary", "ends": [0-9]*, "by_cause": {[^}]*}'
