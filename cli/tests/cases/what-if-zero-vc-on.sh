# Frame 276 asks for a session with VcNumber 0 on port 52872 (tshark: smb.vc == 0) while port 57060, of the same address, is in
# use and goes on reading: with the rule it would have been dropped. Its own requests with VcNumber 0 came when it was alone.
lab b_control_reset_no b.pcap
"$CHECK" -f ndjson --what-if server.zero_vc=on b.pcap >report.ndjson; echo $?
grep '"type": "what_if"' report.ndjson
findings <report.ndjson
"$CHECK" --what-if server.zero_vc=on b.pcap | sed -n '/^What if/,$p'
"$CHECK" --what-if server.zero_vc=off --what-if client.session_timeout=10s b.pcap | sed -n '/^What if/,$p'
