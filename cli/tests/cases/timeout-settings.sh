# A client that gave up by the clock: the advice names its own setting, as far as it says what it is.
play() {
    cat <<SCN
# The answer does not come; the client waits 20 s.
server S 10.0.0.10 windows=2003
client A 192.0.2.1 $1
host P on A name=PC
a = P:1025 > S:445
+0 a connect
+1ms a negotiate
+1ms a logon vc=0
+1ms a tree
+1ms a open path=\\file
+1s a > READ len=4096
+20s a > FIN
+1ms a < ACK
+30s end
SCN
}
advice() { "$CHECK" -f csv "$1" | grep -o "client's timeout: [^|]*" | sed 's/\.".*//' | sort -u; }
for names in 'os="Mac OS X 10.10" lanman="SMBFS 3.0.1"' 'os="Linux version 3.2.0" lanman="CIFS VFS Client for Linux"' \
    'os=Unix lanman="Samba 4.9.5"' 'os=Unix lanman=Samba' 'os=Linux lanman=jCIFS' \
    'os="MFP 9000" lanman="Scan to folder, of a very long name that goes on and on"' 'os="" lanman=""'; do
    play "$names" | sed 's/^client A 192.0.2.1 \(.*\)/host P 192.0.2.1 name=PC \1/; /^host P on/d' >one.scn
    "$SCN2PCAP" one.scn one.pcap && { echo "$names"; advice one.pcap; }
done
for id in two-agree nameless lone-on-xp offline extended first-edge-inside; do
    scenario timeout/$id one.pcap
    echo "$id"
    advice one.pcap
done
