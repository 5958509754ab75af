# --end FILE:FRAME also where there is one file, by its path or its name; another file is refused.
mkdir in
scenario reconnect/ping-pong-18 in/a:1.pcap
ends() { "$CHECK" -f ndjson "$@" in/a:1.pcap | findings; }
ends --end in/a:1.pcap:42
ends --end a:1.pcap:42 --end 42 --end 18
"$CHECK" --end b.pcap:42 in/a:1.pcap; echo "exit $?"
"$CHECK" --end :42 in/a:1.pcap; echo "exit $?"
"$CHECK" --end a:1.pcap in/a:1.pcap; echo "exit $?"
"$CHECK" --end a:1.pcap:42 in/a:1.pcap in/a:1.pcap; echo "exit $?"
