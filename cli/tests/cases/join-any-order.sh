# Whatever the captures and their order, each end is told once, by the capture that knows most of it.
lab a1_nat_zero_vc server.pcap
lab a1_nat_zero_vc.natlan lan.pcap
lab a1_nat_zero_vc.clientA a.pcap
lab a1_nat_zero_vc.clientB b.pcap
join() {
    echo "$*"
    "$CHECK" --join -f csv "$@" | grep ',end,' | cut -d, -f1,3,6,7 | sed 's/^/  /' | sort
}
join server.pcap a.pcap
join a.pcap server.pcap
join server.pcap lan.pcap
join lan.pcap server.pcap
join server.pcap b.pcap
join a.pcap b.pcap
join a.pcap lan.pcap
join b.pcap lan.pcap a.pcap
join server.pcap lan.pcap a.pcap b.pcap
join b.pcap a.pcap lan.pcap server.pcap
join lan.pcap a.pcap server.pcap b.pcap
