# A signal while captures are read that are to be joined: none is told, since what is missing may explain the others.
lab a1_nat_zero_vc a1.pcap
mkfifo slow
late 800 1900000000 >big.pcap
run() {
    {
        head -c 9000 a1.pcap
        kill -INT "$(cat pid)"
        tail -c +9001 a1.pcap
    } 2>/dev/null >slow &
    sh -c 'trap - INT; echo $$ >pid; exec "$0" -j 1 --join "$@"' "$CHECK" "$@" >report
    echo $?
}
run slow big.pcap a1.pcap
cat report
run -f json slow big.pcap
grep -o '"file": "[^"]*"\|"complete".*\|"summary", "ends": [0-9]*' report
run -q --anonymize slow big.pcap
