lab a1_nat_zero_vc 1.pcap
lab k_port139 2.pcap
head -c 20000 1.pcap >3.pcap
for jobs in 1 4; do "$CHECK" -f csv -j $jobs 1.pcap 2.pcap missing.pcap 3.pcap >$jobs.csv 2>$jobs.err; echo $?; done
cmp 1.csv 4.csv && cmp 1.err 4.err && cat 1.err
cut -d , -f 1 1.csv | uniq
pcap_file 3 >empty.pcap
"$CHECK" -f csv empty.pcap | wc -l
"$CHECK" -f csv --trace 1 1.pcap; echo $?
"$CHECK" -f csv --what-if server.zero_vc=off 1.pcap; echo $?
"$CHECK" -f csv 1.pcap >/dev/full; echo $?
