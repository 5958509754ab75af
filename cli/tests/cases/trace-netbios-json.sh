# By hand from tshark: port 139; UID 23228 from frame 11, TID 6848 asked for in 14, FID 0xac72 (44146) in 16; reads 18 to 21 with
# MID 384, 448, 512, 576; answers in 24 (512), 27 (576), 30 (384): frame 19 is left, 777 us old.
lab k_port139 k.pcap
"$CHECK" --trace 30 -f json k.pcap >report.json
grep -c '"schema": "smbtrace/1"' report.json
grep -o '"[a-z]*": \[$' report.json
for key in transport dialect id tid fid command age_ms client_timer; do
    echo "$key $(grep -o "\"$key\": [^,}]*" report.json | sort -u | tr '\n' ' ')"
done
grep -o '"timer": "session-timeout", [^]]*' report.json | grep -o '"value_ms": [0-9]*, "source": "[^"]*", "from": "[^"]*", "to": "[^"]*"'
"$CHECK" --trace 30 -f ndjson k.pcap >report.ndjson
wc -l <report.ndjson
sed -n 's/^{"type": "state", "file": "k.pcap", "frame": \([0-9]*\),.*/\1/p' report.ndjson
