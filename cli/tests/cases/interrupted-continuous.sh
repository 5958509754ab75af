# A signal ends a run over several files: a pipe is read as far as its writer goes, what was read is told, one line says the rest.
piece a1_nat_zero_vc 1 279 whole
mkfifo slow
late 800 1900000000 >2.pcap
late 3 1900000001 >3.pcap
late 3 1900000002 >4.pcap
run() {
    {
        head -c 9000 whole
        kill -TERM "$(cat pid)"
        tail -c +9001 whole
    } 2>/dev/null >slow &
    sh -c 'echo $$ >pid; exec "$0" "$@"' "$CHECK" --continuous "$@" >report
    echo $?
}
run -f ndjson slow 2.pcap 3.pcap 4.pcap
joint_findings <report
grep -o '"type": "[a-z]*", "file": "[^"]*"\|"frames": [0-9]*\|"part": {"index": [0-9]*\|"type": "joint", "files": [0-9]*\|"complete".*"problems": \[[^]]*\]' report
echo "The last one:"
run slow 2.pcap
sed -n '1,/^$/p' report
echo "Nothing left to read:"
run -q slow
echo "A frame of a file that was not reached:"
run --trace slow:100 --trace 3.pcap:1 --trace 4.pcap:1 slow 2.pcap 3.pcap 4.pcap
sed -n 's/,.*//;1p' report
echo "Anonymized:"
run --anonymize slow 2.pcap
cat report
