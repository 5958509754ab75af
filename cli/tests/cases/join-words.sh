# What a finding says of the host's return is its own in every run: the words outlive the capture's engine.
lab a1_nat_zero_vc server.pcap
lab a1_nat_zero_vc.clientA a.pcap
for i in 1 2 3 4 5 6 7 8; do "$CHECK" --join -f csv server.pcap a.pcap; done | grep ',zero-vc,' | sed 's/.*\(not seen again[^,]*, [^,"]*\).*/\1/' | sort | uniq -c | sed 's/^ *//'
