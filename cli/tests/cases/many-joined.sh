# Captures with a ping-pong are joined like others. / The files of a list as one capture.
scenario reconnect/ping-pong-18 one.pcap
cp one.pcap two.pcap
"$CHECK" --join -f json one.pcap two.pcap >joined
grep -o '"joined_with": \[{"file": "[a-z.]*", "connections": [0-9]*' joined
grep -o '"summary": {"type": "summary", "ends": [0-9]*' joined
printf 'one.pcap\n' >list
"$CHECK" --continuous --files-from list | head -1
