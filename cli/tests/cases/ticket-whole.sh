# Where every frame is in the evidence under its own number, README.txt has no table of numbers. Near miss: frames before it were left out.
cat >play.scn <<'END'
# A session setup cuts off another host.
server S 10.0.0.10 os="Windows Server 2003 3790" lanman="Windows Server 2003 5.2"
client NAT 192.0.2.1
host A on NAT name=ACCT-PC01
host B on NAT name=FRONTDESK
host C 192.0.2.9 name=OTHER
a = A:1025 > S:445
b = B:1026 > S:445
c = C:1027 > S:445
+0 a connect
+1ms a negotiate
+1ms a logon vc=0
+1ms a tree
+1s b connect
+1ms b negotiate
+1ms b > SESSION_SETUP vc=0
+0.2ms a < RST
+0.2ms b < SESSION_SETUP
+1ms b SESSION_SETUP vc=0
+1ms b tree
END
"$SCN2PCAP" play.scn whole.pcap
sed 's/^+0 a connect/+0 c connect\n+1ms c negotiate\n+1ms c logon vc=0\n+1ms c tree\n+1s a connect/' play.scn >more.scn
"$SCN2PCAP" more.scn more.pcap
for capture in whole more; do
    "$CHECK" -q --ticket $capture.zip $capture.pcap
    cmake -E tar xf $capture.zip && sed -n '/^The evidence/,/^What was found/p' README.txt
done
