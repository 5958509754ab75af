# A capture of SYNs and nothing else: whoever gets no answer asks again, so where few did it may have been filtered.
many() {
    echo '# 1200 attempts on one server, of which some are sent again.'
    echo 'server S 10.0.0.10'
    i=0
    while [ $i -lt 1200 ]; do
        printf 'host H%d 192.0.%d.%d\nc%d = H%d:1025 > S:445\n' $i $((2 + i / 200)) $((1 + i % 200)) $i $i
        i=$((i + 1))
    done
    i=0
    while [ $i -lt 1200 ]; do
        echo "+1ms c$i > SYN"
        [ $i -ge "$1" ] || echo "+1s c$i > TWICE"
        i=$((i + 1))
    done
    echo '+30s end'
}
for repeated in 0 100 700; do
    many $repeated >many.scn
    "$SCN2PCAP" many.scn many.pcap
    "$CHECK" -f ndjson many.pcap | grep -o '"kind": "no-answer".*"summary": "[^"]*"' | sed 's/.*summary/summary/'
done
scenario no-answer/many-servers servers.pcap
"$CHECK" -f ndjson servers.pcap | grep -o '"summary": "[^"]*none answered[^"]*"'
