# In a frame's data, in a frame's header, and between two frames, where nothing shows.
pcap_file 3 >whole.pcap
head -c 200 whole.pcap >data.pcap
head -c 180 whole.pcap >header.pcap
head -c 176 whole.pcap >between.pcap
for part in data header between; do
    "$CHECK" -f json $part.pcap >report
    echo $?
    member report complete
    member report frames
done
