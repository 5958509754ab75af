lab p1_capture_started_late p1.pcap
"$CHECK" --trace 17 --color always p1.pcap | sed -n 's/\x1b/ESC/gp' | head -3
