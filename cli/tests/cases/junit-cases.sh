lab a1_nat_zero_vc 1.pcap
pcap_file 2 >2.pcap
head -c 20000 1.pcap >3.pcap
mkdir nothing
for jobs in 1 4; do "$CHECK" -f junit -j $jobs 1.pcap 2.pcap 'missing "<&>".pcap' 3.pcap nothing >$jobs.xml 2>$jobs.err; echo $?; done
cmp 1.xml 4.xml && cmp 1.err 4.err
grep '^<' 1.xml
"$CHECK" -f junit --min-severity error 1.pcap | grep '^<'
"$CHECK" -f junit 2.pcap; echo $?
