echo 'Dear colleagues, the capture is attached.' >letter.txt
pcap_file 1 >a.pcap
"$CHECK" -f json letter.txt a.pcap >report
echo $?
grep -c '"type": *"capture"' report
