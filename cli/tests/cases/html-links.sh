# Each finding of two captures is linked to, once; the file is the same whoever reads first.
lab a1_nat_zero_vc 1.pcap
lab a2_three_clients 2.pcap
for jobs in 1 4; do "$CHECK" -f html -j $jobs 1.pcap 2.pcap >$jobs.html; echo $?; done
cmp 1.html 4.html
grep -o 'href="#[^"]*"' 1.html | sed 's/href="#//' | sort >links
grep -o '<details [^>]*id="[^"]*"' 1.html | sed 's/.* id="//' | sort >findings
cmp links findings && wc -l <links
uniq -d links
pcap_file 1 >empty.pcap
"$CHECK" -f html --min-severity error empty.pcap | grep -c 'class="index"'
"$CHECK" -f html --trace 1 1.pcap; echo $?
"$CHECK" -f html --what-if server.zero_vc=off 1.pcap | grep -A3 'What if'
