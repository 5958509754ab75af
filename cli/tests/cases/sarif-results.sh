lab a1_nat_zero_vc 1.pcap
lab k_port139 2.pcap
head -c 20000 1.pcap >3.pcap
for jobs in 1 4; do "$CHECK" -f sarif -j $jobs 1.pcap 2.pcap missing.pcap 3.pcap >$jobs.sarif 2>$jobs.err; echo $?; done
cmp 1.sarif 4.sarif && cmp 1.err 4.err
grep -oE '"version": "[0-9.]*"|"executionSuccessful": [a-z]*' 1.sarif
grep -oE '"(artifacts|results|invocations)": \[|^  \{"(location|ruleId|level)": ("[^"]*"(, "kind": "[a-z]*", "level": "[a-z]*")?|\{[^}]*\})|"level": "error", "message": \{[^}]*\}' 1.sarif
"$CHECK" -f sarif 2.pcap >whole.sarif; echo $?
grep -o '"invocations": .*' whole.sarif
"$CHECK" -f sarif --trace 1 1.pcap; echo $?
"$CHECK" -f sarif --what-if server.zero_vc=off 1.pcap; echo $?
