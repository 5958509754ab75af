# What other captures saw, as scripts get it.
lab a1f_nat_zero_vc_fin server.pcap
lab a1f_nat_zero_vc_fin.clientA a.pcap
"$CHECK" --join -f json a.pcap server.pcap > report.json
sed -n 's/.*\("joined_with": .*\)}.*/\1/p' report.json
grep '"cause": "zero-vc"' report.json | sed 's/.*\("other_views": .*\)}.*/\1/'
grep '"type": "summary"' report.json
