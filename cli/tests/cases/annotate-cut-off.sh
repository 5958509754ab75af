# What was read of a capture that breaks off is annotated; the status says that it is not whole.
lab a1_nat_zero_vc a1.pcap
"$CHECK" -q --annotate whole.pcapng a1.pcap
head -c 160000 a1.pcap >cut.pcap
"$CHECK" -q --annotate cut.pcapng cut.pcap
echo $?
"$COMMENTS" <cut.pcapng
gzip -c a1.pcap | head -c 60000 >cut.pcap.gz
"$CHECK" -q --annotate gz.pcapng cut.pcap.gz 2>/dev/null
echo $?
"$COMMENTS" <gz.pcapng | tail -n 1
# No capture, no copy.
echo nonsense >text
"$CHECK" -q --annotate text.pcapng text
echo $?
ls -A
