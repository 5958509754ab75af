# The reader leaves while the source stays silent: no complaint, and no wait for the source.
pcap_file 1 >a.pcap
{ cat a.pcap; sleep 6; } 2>/dev/null | { "$CHECK" -f ndjson -; echo $? >status; } | true &
i=0
while [ ! -s status ] && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
cat status
