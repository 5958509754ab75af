mkdir d
for i in 1 2 3 4 5 6 7 8 9; do pcap_file $((10 - i)) >d/$i.pcap; done
: >d/5.pcap
pcap_file 2 | head -c 150 >d/7.pcap
for format in text json ndjson; do
    "$CHECK" -f $format -j 1 d >one 2>one.err
    "$CHECK" -f $format -j 6 d >six 2>six.err
    cmp one six
    cmp one.err six.err
done
member one file | uniq
