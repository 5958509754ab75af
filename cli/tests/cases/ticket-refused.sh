lab a1_nat_zero_vc a1.pcap
cp a1.pcap b1.pcap
try() { "$CHECK" -q "$@"; echo $?; }
try --ticket a1.pcap a1.pcap
try --ticket out.zip a1.pcap b1.pcap
try --ticket nowhere/out.zip a1.pcap
try --ticket out.zip --annotate out.zip a1.pcap
try --ticket out.zip --annotate out.pcapng -o out.zip a1.pcap
try --ticket out.zip --trace 5 a1.pcap
cmp a1.pcap b1.pcap
TMPDIR=$PWD/nowhere "$CHECK" -q --ticket out.zip a1.pcap 2>&1 | sed "s#$PWD#DIR#"
ls -A
