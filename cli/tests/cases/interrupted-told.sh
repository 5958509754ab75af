# A report that is not of all inputs says so itself, whatever its format; one that is whole says nothing.
mkfifo slow
lab a1_nat_zero_vc a1.pcap
run() {
    {
        pcap_file 2
        kill -TERM "$(cat pid)"
        for i in $(seq 20); do pcap_frame; done
    } 2>/dev/null >slow &
    sh -c 'echo $$ >pid; exec "$0" -j 1 "$@" a1.pcap slow a1.pcap a1.pcap' "$CHECK" "$@" 2>/dev/null
    echo $?
}
run --summary | tail -3
run | tail -3
run -f json | grep -o '"complete": [a-z]*, "not_read".*\|^[0-9]$'
run -f ndjson | grep -o '"complete": [a-z]*, "not_read".*\|^[0-9]$'
run -f markdown | grep 'Interrupted\|^[0-9]$'
run -f html | grep 'Interrupted\|^[0-9]$'
run -f sarif | grep -o '"executionSuccessful": [a-z]*\|^[0-9]$'
echo whole
"$CHECK" --summary a1.pcap a1.pcap | tail -1
"$CHECK" -f json a1.pcap | grep -o '"complete": [a-z]*, "not_read".*'
head -c 20000 a1.pcap >cut.pcap
"$CHECK" --summary a1.pcap cut.pcap 2>/dev/null | tail -2
"$CHECK" -f json a1.pcap cut.pcap 2>/dev/null | grep -o '"complete": [a-z]*, "not_read".*'
