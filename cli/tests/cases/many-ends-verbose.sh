# -v: the summary, and every end in full; fewer than eleven findings are not summed up.
scenario reconnect/ping-pong-18 many.pcap
scenario reconnect/ping-pong-of-three few.pcap
"$CHECK" -v many.pcap >all
grep -c '^✗ .*reset by the server, frame' all
grep -c 'the worst first' all
"$CHECK" few.pcap >all
grep -c '^✗ .*reset by the server, frame' all
grep -c 'the worst first' all
"$CHECK" -f markdown many.pcap | grep -E '^(#|    [0-9✗•!])'
