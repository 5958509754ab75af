# Frames that a snap length cut off are told in the heading, in every format and for each of several files.
frame() { printf "\\001\\000\\000\\000\\000\\000\\000\\000\\0$1\\000\\000\\000\\144\\000\\000\\000"; zeros "$((0$1))"; }
{ pcap_header; pcap_frame; frame 74; frame 74; } >same.pcap
{ pcap_header; pcap_frame; frame 74; frame 70; } >varied.pcap
"$CHECK" same.pcap varied.pcap | grep cut
"$CHECK" -f html varied.pcap | grep -o '[^>]* cut off[^<]*'
"$CHECK" -f markdown same.pcap | grep cut
for file in same varied; do
    "$CHECK" -f json $file.pcap | grep -o '"cut_frames": [0-9]*, "snap_length": [0-9]*'
done
pcap_file 3 >whole.pcap
"$CHECK" -f json whole.pcap | grep -o '"cut_frames": [0-9]*, "snap_length": [^,]*'
"$CHECK" whole.pcap | grep -c cut
late 2 9 >later.pcap
"$CHECK" --continuous -f ndjson varied.pcap later.pcap | grep -o '"cut_frames": [0-9]*, "snap_length": [^,]*'
