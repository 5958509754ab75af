for port in 0 65536 smb 4460-4450 '' 4450,; do "$CHECK" --port "$port" x.pcap; echo $?; done
"$CHECK" --port
