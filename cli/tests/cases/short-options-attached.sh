pcap_file 1 >a.pcap
"$CHECK" -qj2 -fjson a.pcap
echo $?
"$CHECK" -oreport -fjson -- a.pcap
echo $?
ls
