# What can't be written is said before anything is read.
lab a1_nat_zero_vc a1.pcap
cp a1.pcap b1.pcap
ln a1.pcap hard.pcap
mkdir folder
try() { "$CHECK" -q "$@"; echo $?; }
try --annotate a1.pcap a1.pcap
try --annotate hard.pcap a1.pcap
try --annotate out.pcapng a1.pcap b1.pcap
try --annotate out.pcapng folder
try --annotate - a1.pcap
try --annotate '' a1.pcap
try --annotate folder a1.pcap
try --annotate nowhere/out.pcapng a1.pcap
try --annotate out.pcapng -o out.pcapng a1.pcap
try --annotate out.pcapng --trace 5 a1.pcap
try --annotate
cmp a1.pcap b1.pcap
ls -A
try --annotate out.pcapng --continuous a1.pcap b1.pcap
