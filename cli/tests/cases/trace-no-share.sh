# Frame 13 lets alice in, 15 connects her share. Between them Samba would close the connection at its next look, a minute after it accepted it, frame 3.
lab a1_nat_zero_vc a1.pcap
"$CHECK" --trace 13 a1.pcap
