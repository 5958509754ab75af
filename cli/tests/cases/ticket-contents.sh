# What is in a ticket, and that it is the same each time.
lab a1_nat_zero_vc a1.pcap
mkdir folder
"$CHECK" -q --ticket folder/ticket.zip a1.pcap
ls -A folder
[ $(wc -c <folder/ticket.zip) -lt 204800 ] && echo small
mv folder/ticket.zip one.zip
TZ=Asia/Tokyo "$CHECK" -q --ticket two.zip ./a1.pcap
cmp one.zip two.zip && echo same
cat a1.pcap | "$CHECK" -q --ticket three.zip -
test -s three.zip && echo "from a pipe"
"$CHECK" -f json a1.pcap >plain
"$CHECK" -f json --ticket one.zip a1.pcap | cmp plain -
