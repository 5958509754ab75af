for format in html markdown; do "$CHECK" -f $format x.pcap; echo $?; done
