# What the server took away along with a connection was no other one that its host had. Near miss: it lived on.
play() {
    echo '# Another host cuts off both connections of the first one.'
    echo "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\" ttl=$1"
    case $2 in
    before) printf 'host A 192.168.77.10 ttl=128\nhost B 192.168.77.11 ttl=128\n' ;;
    *) printf 'client NAT 192.0.2.1\nhost A on NAT%s ttl=127\nhost B on NAT%s ttl=127\n' "${3:+ name=PC0}" "${3:+ name=PC1}" ;;
    esac
    printf 'a = A:1025 > S:445 seq=70000\nb = A:1026 > S:445 seq=80000\nc = B:1027 > S:445 seq=90000\n'
    printf '+0 a connect\n+1ms a negotiate\n+1ms a logon vc=0\n+1ms a tree\n'
    printf '+1s b connect\n+1ms b negotiate\n+1ms b logon vc=1\n+1ms b tree\n+1s a ECHO\n+1s b ECHO\n'
    printf '+1s c connect\n+1ms c negotiate\n+1ms c > SESSION_SETUP vc=0\n+0.2ms a < RST\n'
    [ "$4" ] || printf '+0.1ms b < RST\n'
    printf '+0.2ms c < SESSION_SETUP\n+1ms c SESSION_SETUP vc=0\n+1ms c tree\n'
    [ "$4" ] && printf '+5s b ECHO\n'
    printf '+20s c ECHO\n+1s end\n'
}
for lives in '' on; do
    play 128 '' '' "$lives" >outside.scn
    play 127 before '' "$lives" >inside.scn
    play 128 '' named "$lives" >named.scn
    for name in outside inside named; do "$SCN2PCAP" $name.scn $name.pcap; done
    echo "joined${lives:+, near miss}"
    "$CHECK" --join outside.pcap inside.pcap | grep '^✗\|^    back'
    echo "named${lives:+, near miss}"
    "$CHECK" named.pcap | grep '^✗\|^    back'
done
