# A Wireshark without the plugin shows the comments at the packets they belong to.
lab a1_nat_zero_vc a1.pcap
"$CHECK" -q --annotate a1.pcapng a1.pcap
HOME=$PWD WIRESHARK_PLUGIN_DIR=$PWD tshark -r a1.pcapng -Y 'frame.comment contains "role="' -T fields -e frame.number \
    -e frame.comment -E occurrence=f 2>errors | sed 's/:.*//'
HOME=$PWD WIRESHARK_PLUGIN_DIR=$PWD tshark -r a1.pcapng -T fields -e frame.number 2>>errors | wc -l
