# Wherever in a frame a capture breaks off, it is reported as incomplete, and the status says so.
lab a1_nat_zero_vc a1.pcap
size=$(wc -c <a1.pcap)
for left in $((size - 1)) $((size - 30)) $((size - 66)) $((size - 81)) 150000 100001 50002 5003; do
    head -c $left a1.pcap >cut.pcap
    "$CHECK" -f json cut.pcap >report 2>errors
    status=$?
    [ -s errors ] || echo "$left: no message"
    echo "$status complete: $(member report complete)"
    grep -c '"problems": \["' report
    head -c $left a1.pcap | "$CHECK" -q - 2>>errors
    [ $? = 3 ] || echo "$left: taken for whole from a pipe"
done
