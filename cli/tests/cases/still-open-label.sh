# Connections that were still open are not "cut off", which reads like a snap length; nor are those begun before still open.
piece a1_nat_zero_vc 1 20 begun.pcap
piece a1_nat_zero_vc 279 28 later.pcap
for file in begun later; do
    "$CHECK" -f html $file.pcap | grep -o '<dt>[^<]*</dt><dd>1 connection [^<]*'
    "$CHECK" -f markdown $file.pcap | grep '\*\* 1 connection '
done
