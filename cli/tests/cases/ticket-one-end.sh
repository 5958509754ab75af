# --end: a ticket of that end alone, whatever its severity, and comments on it alone; more where the verdict needs it.
lab a1_nat_zero_vc a1.pcap
"$CHECK" -q --end 304 --ticket t.zip --annotate a.pcapng a1.pcap; echo $?
python3 -m zipfile -e t.zip t
sed -n '/^Only/p;/evidence.pcapng has/,/^    smb/p;/^  original/,/^What was/p;/^[✗i] /p' t/README.txt
grep -o '"summary", "ends": [0-9]*' t/findings.json
"$CHECK" -f ndjson t/evidence.pcapng | findings
"$COMMENTS" <t/evidence.pcapng | grep role= | cut -c1-70
"$COMMENTS" <a.pcapng | cut -c1-70
echo "One of two:"
"$CHECK" -q --end 280 --ticket t.zip a1.pcap; echo $?
python3 -m zipfile -e t.zip u
"$CHECK" -f ndjson u/evidence.pcapng | findings
grep -c '^[✗i] ' u/README.txt
echo "None:"
"$CHECK" -q --end 303 --ticket none.zip --annotate none.pcapng a1.pcap; echo $?
ls -A
