status() { "$CHECK" -q "$@"; echo $? "$@"; }
lab a1_nat_zero_vc a1.pcap
lab c_control_vc1 c.pcap
lab f1_crash_reboot_direct f1.pcap
lab a1_nat_zero_vc.clientA client.pcap
head -c 100000 a1.pcap >cut.pcap
status a1.pcap
status c.pcap
status f1.pcap
status client.pcap
status c.pcap a1.pcap f1.pcap
status --min-severity error a1.pcap
status --min-severity error --set server.zero_vc=off a1.pcap
status --set server.zero_vc=off a1.pcap
status a1.pcap cut.pcap
status c.pcap nowhere.pcap
