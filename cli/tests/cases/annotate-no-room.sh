# The disk fills up, or the program is killed while it writes: what was there stays, and nothing else is left.
lab a1_nat_zero_vc a1.pcap
echo old >out.pcapng
(trap '' XFSZ && ulimit -f 100 && "$CHECK" -q --annotate out.pcapng a1.pcap)
echo $?
cat out.pcapng
sh -c 'ulimit -f 100; "$CHECK" -q --annotate out.pcapng a1.pcap; exit' >/dev/null 2>&1
cat out.pcapng
"$CHECK" -q --annotate /dev/full a1.pcap
echo $?
test -c /dev/full
ls -A
