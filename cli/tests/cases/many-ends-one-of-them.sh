# --end FRAME: those ends alone, with all that is known of them, in every format; what is not there is said.
scenario reconnect/ping-pong-18 many.pcap
"$CHECK" --end 42 --end 18 many.pcap | grep -E '^✗|^!|connection |back '
"$CHECK" --end 42 -f ndjson many.pcap | findings
"$CHECK" --end 42 -f json many.pcap | grep -o '"summary", "ends": [0-9]*'
"$CHECK" --end 19 many.pcap >/dev/null; echo "exit $?"
"$CHECK" --end x many.pcap; echo "exit $?"
"$CHECK" --end 42 many.pcap many.pcap; echo "exit $?"
