# One frame of one raw block: the 100 bytes of a pcap with one frame; then without its last bytes.
{ printf '\050\265\057\375\040\144\041\003\000'; pcap_file 1; } >a.pcap.zst
head -c 105 a.pcap.zst >cut.pcap.zst
"$CHECK" -q a.pcap.zst
echo $?
"$CHECK" -q cut.pcap.zst
echo $?
# The same with a checksum announced, and missing: all frames are there, the end is not.
{ printf '\050\265\057\375\044\144\041\003\000'; pcap_file 1; } >sum.pcap.zst
"$CHECK" -q sum.pcap.zst
