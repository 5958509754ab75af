# --end FILE:FRAME of joined captures: whichever of them is named, the end is told, and no other.
mkdir here
lab a1_nat_zero_vc server.pcap
lab a1_nat_zero_vc.clientA here/a.pcap
cp server.pcap twin.pcap
ends() { "$CHECK" --join "$@" -f csv server.pcap here/a.pcap | cut -d, -f1-3,6,7; }
ends --end server.pcap:280
ends --end a.pcap:272
ends --end here/a.pcap:272 --end server.pcap:280
ends --end server.pcap:304 --end a.pcap:272
ends --anonymize --end here/a.pcap:272
"$CHECK" --join --end a.pcap:272 server.pcap here/a.pcap | head -12
ends --end a.pcap:271; echo $?
"$CHECK" --join --end a.pcap:271 server.pcap here/a.pcap >report; echo $?
"$CHECK" --join --end b.pcap:272 server.pcap here/a.pcap; echo $?
"$CHECK" --join --end 280 server.pcap here/a.pcap; echo $?
