for format in html; do "$CHECK" -f $format x.pcap; echo $?; done
