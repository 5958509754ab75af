pcap_file 1 >a.pcap
cp a.pcap before
"$CHECK" -o ./a.pcap a.pcap
echo $?
cmp a.pcap before
