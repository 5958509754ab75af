# 18 ends of two hosts: what they come to, in place of 18 findings.
scenario reconnect/ping-pong-18 many.pcap
"$CHECK" many.pcap
