# What the victim held when it was reset: see trace-pending.sh. -v alone does not say so.
lab a1_nat_zero_vc a1.pcap
"$CHECK" -vv a1.pcap | sed -n '/State when it ended/,/Fix/p'
"$CHECK" -v a1.pcap | grep -c 'State when it ended'
"$CHECK" -vv -f ndjson a1.pcap | grep -c '"type": "end".*"state": {"frame": '
"$CHECK" -v -f ndjson a1.pcap | grep -c '"state": {'
true
