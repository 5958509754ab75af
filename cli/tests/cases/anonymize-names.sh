# Files are called by number in every part of a report; standard error keeps their names, and says with -v which is which.
mkdir ACME
lab a1_nat_zero_vc ACME/jane-doe.pcap
pcap_file 3 | head -c 200 >ACME/payroll.pcap
"$CHECK" --anonymize -v -f json ACME/jane-doe.pcap ACME/payroll.pcap ACME/absent.pcap >report.json
status=$?
grep -c -i -E 'jane|acme|payroll|absent' report.json
member report.json file
member report.json sha256
member report.json bytes
member report.json complete
"$CHECK" --anonymize -f sarif ACME/absent.pcap 2>/dev/null | grep -c ACME
exit $status
