pcap_file 3 | "$CHECK" -f json - >report
echo $?
for name in file bytes frames complete sha256; do member report $name; done
