# As annotate-no-room: no half ticket, whatever happens.
lab a1_nat_zero_vc a1.pcap
mkdir tmp
export TMPDIR=$PWD/tmp
echo old >out.zip
(trap '' XFSZ && ulimit -f 40 && "$CHECK" -q --ticket out.zip a1.pcap)
echo $?
cat out.zip
sh -c 'ulimit -f 40; "$CHECK" -q --ticket out.zip a1.pcap; exit' >/dev/null 2>&1
cat out.zip
"$CHECK" -q --ticket /dev/full a1.pcap
echo $?
ls -A . tmp
# Where the room ends before the last file, too.
scenario reconnect/ping-pong-18 many.pcap
"$CHECK" -q --ticket /dev/full many.pcap
echo $?
