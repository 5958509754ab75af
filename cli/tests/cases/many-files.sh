# A file for each frame: how long pauses are, files of one frame don't say, and a longer one is no hole.
cat >play.scn <<'END'
# Acknowledgments, one every 30 ms, and one 2 s later.
server S 10.0.0.10
host A 192.0.2.1
a = A:1025 > S:445
+0 a connect
every 30ms x 1200 a > ACK
+2s a > ACK
END
"$SCN2PCAP" play.scn play.pcap
size=$(stat -c %s play.pcap)
"$SLICE" 1 3 <play.pcap >0.pcap
connect=$(stat -c %s 0.pcap)
head -c 24 play.pcap >header
mkdir parts
mv 0.pcap parts
tail -c +$((connect + 1)) play.pcap |
    split -a 4 -d -b $(((size - connect) / 1201)) --filter='cat header - >parts/"$FILE".pcap' - f
ls parts | wc -l
"$CHECK" --continuous -v parts >report
sed -n 1p report
grep -c 'missing' report || true
