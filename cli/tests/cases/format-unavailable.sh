for format in html markdown junit; do "$CHECK" -f $format x.pcap; echo $?; done
