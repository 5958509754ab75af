# 20 frames are in both files, one is in a third as well; a copy of a whole file; the same frames cut off after 96 bytes.
piece a1_nat_zero_vc 1 279 a.pcap
piece a1_nat_zero_vc 260 47 b.pcap
piece a1_nat_zero_vc 270 1 c.pcap
"$CHECK" --continuous -f ndjson a.pcap b.pcap c.pcap >joint
joint_findings <joint
grep -o '"file": "[abc].pcap".*\(repeated_frames": [0-9]*\)' joint | sed 's/,.*, /, /' | grep -v summary
"$CHECK" --continuous a.pcap b.pcap c.pcap | sed -n '1p;/more than one/p;/too$/p'
cp a.pcap again.pcap
"$CHECK" --continuous a.pcap again.pcap b.pcap | sed -n '1p;/more than one/p'
# The very same packets a second later are others.
piece a1_nat_zero_vc 260 47 b.pcap 1
"$CHECK" --continuous a.pcap b.pcap | sed -n '1p;/more than one/p'
# Three frames of one moment, alike but for their last byte: one file has them one after the other before the next comes.
same_head() {
    pcap_header
    for last in a b c; do
        printf '\001\000\000\000\000\000\000\000\074\000\000\000\074\000\000\000'
        zeros 59
        printf $last
    done
}
same_head >a.pcap
same_head >b.pcap
"$CHECK" --continuous a.pcap b.pcap | sed -n '1p;/more than one/p'
