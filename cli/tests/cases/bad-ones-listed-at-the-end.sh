# Of many inputs those that were not read whole are named once more at the end, the first 10, one a line; of few they are not.
for i in $(seq 10 40); do pcap_file 1 >$i.pcap; done
for i in $(seq 12 33); do head -c 50 $i.pcap >cut; mv cut $i.pcap; done
"$CHECK" -q . 2>&1 | tail -12
"$CHECK" -q 1?.pcap 2>&1 | tail -9
"$CHECK" -q 10.pcap 11.pcap 12.pcap 2>&1
"$CHECK" -q 3[4-9].pcap 40.pcap 2>&1
