# Whichever way the capture comes; a pipe is kept in a file while it is needed.
lab a1_nat_zero_vc a1.pcap
"$CHECK" -q --annotate one.pcapng a1.pcap
"$CHECK" -q --annotate two.pcapng - <a1.pcap
cmp one.pcapng two.pcapng
cat a1.pcap | "$CHECK" -q --annotate two.pcapng -
cmp one.pcapng two.pcapng
gzip -c a1.pcap >a1.pcap.gz
"$CHECK" -q --annotate two.pcapng a1.pcap.gz
cmp one.pcapng two.pcapng
cat a1.pcap.gz | "$CHECK" -q --annotate two.pcapng -
cmp one.pcapng two.pcapng
# Two interfaces that differ, a section each: all packets, on the interfaces they came from.
{ pcapng_section; pcapng_interface 0; pcapng_interface 1; pcapng_packet 1; pcapng_packet 0; } >two.pcapng
{ cat two.pcapng; pcapng_section; pcapng_interface 2; pcapng_packet 0; } >sections.pcapng
"$CHECK" -q --annotate out.pcapng sections.pcapng
"$COMMENTS" <out.pcapng
"$CHECK" -q --annotate again.pcapng out.pcapng
cmp out.pcapng again.pcapng
# What is there already is replaced, also through a link.
echo old >target
ln -s target link
"$CHECK" -q --annotate link a1.pcap
cmp one.pcapng target
test -L link && ls -A
