# Of a capture that breaks off the ticket promises no more than what could be read.
lab a1_nat_zero_vc whole.pcap
head -c 160000 whole.pcap >cut.pcap
"$CHECK" -q --ticket cut.zip cut.pcap; echo $?
"$CHECK" -q --ticket whole.zip whole.pcap; echo $?
for name in whole cut; do
    cmake -E tar xf $name.zip
    grep '^Frames' README.txt
    grep 'Analysed by itself' README.txt
    "$CHECK" -f ndjson evidence.pcapng | findings
done
