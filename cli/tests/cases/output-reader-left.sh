# Whoever reads the report leaves before it is whole: no complaint, and the exit status of whom SIGPIPE ends.
for i in 1 2 3; do lab a1_nat_zero_vc $i.pcap; done
mkfifo report
for format in text json html csv sarif markdown ndjson junit; do
    { true; } <report &
    exec 3>report
    wait
    "$CHECK" -f $format 1.pcap 2.pcap 3.pcap >&3
    echo "$format $?"
    exec 3>&-
done
# Who reads nothing may leave: the exit status is the same.
{ true; } <report &
exec 3>report
wait
"$CHECK" -q 1.pcap >&3; echo "-q $?"
