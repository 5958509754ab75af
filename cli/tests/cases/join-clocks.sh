# A clock that is set wrong by an hour and a quarter of a second: times in a pcap are little-endian seconds and microseconds.
lab a1f_nat_zero_vc_fin server.pcap
lab a1f_nat_zero_vc_fin.clientA a.pcap
perl -e 'binmode STDIN; binmode STDOUT; read STDIN, my $head, 24; print $head;
    while (read STDIN, my $h, 16) { my ($s, $u, $n, $len) = unpack "V4", $h; read STDIN, my $b, $n;
        $s += 3600; $u += 250000; if ($u >= 1000000) { $s++; $u -= 1000000 } print pack("V4", $s, $u, $n, $len), $b }' <a.pcap >ahead.pcap
"$CHECK" --join server.pcap ahead.pcap | grep 'joined with'
