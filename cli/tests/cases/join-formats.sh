# No format tells an end twice, nor leaves one out.
lab i2_forged_rst server.pcap
lab i2_forged_rst.clientA client.pcap
for format in csv sarif junit markdown html; do
    "$CHECK" --join -f $format server.pcap client.pcap > report.$format
    echo "$format $?"
done
cut -d, -f1-7 report.csv
grep -o 'server.pcap, near [^"]*' report.csv
grep -o '"ruleId": "[^"]*"' report.sarif
grep -o '"text": "server.pcap, near[^"]*"' report.sarif
grep '<failure\|<testsuite ' report.junit
grep '^###\|seen from\|joined' report.markdown
grep -o '<details class="finding[^>]*>' report.html
grep 'seen from\|joined' report.html
