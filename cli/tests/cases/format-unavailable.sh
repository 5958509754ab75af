for format in html markdown csv sarif junit; do "$CHECK" -f $format x.pcap; echo $?; done
