# A signal on the way to a traced frame: the states before it are whole, one line says where it ended. The program waits until
# its states are read.
piece a1_nat_zero_vc 1 280 big.pcap
late 800 1900000000 | tail -c +25 >>big.pcap
mkfifo states
traces=$(seq -f '--trace %g' 60 280)
{
    read -r first
    kill -TERM "$(cat pid)"
    echo "$first"
    cat
} <states >report &
sh -c 'echo $$ >pid; exec "$0" -f ndjson "$@" big.pcap >states' "$CHECK" $traces --trace 900 --trace 901
echo $?
wait
grep -c '^{"type": "state".*}$' report
