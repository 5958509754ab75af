for format in html markdown sarif junit; do "$CHECK" -f $format x.pcap; echo $?; done
