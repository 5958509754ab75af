# A signal ends the run: a pipe is read as far as its writer goes, what was not begun is said, the report is whole, status 3.
mkfifo slow
pcap_file 1 >1.pcap
{
    pcap_file 2
    kill -TERM "$(cat pid)"
    for i in $(seq 800); do pcap_frame; done
} 2>/dev/null >slow &
sh -c 'echo $$ >pid; exec "$0" -f json -j 1 1.pcap slow 1.pcap 1.pcap' "$CHECK" >report
echo $?
grep -o -e "\"frames\": [0-9]*" -e "\"complete\".*" report
