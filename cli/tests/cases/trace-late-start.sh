# By hand from tshark: the capture begins in the middle. Port 45306: READ_ANDX in 1, 5, 9, 13 on UID 34812, TID 17583, FID 0xf3a8,
# all answered (3, 7, 11, 15): the three were there before, their names and kind are not seen. Port 43492: frame 17 is its
# first, a READ_ANDX on FID 0x3dd4 whose answer begins in frame 18: nothing has succeeded on it yet, and whether that FID is a
# named pipe nobody can tell. In frame 18 it is answered: then UID 40496, TID 21771 and the FID are known, and nothing waits.
lab p1_capture_started_late p1.pcap
"$CHECK" --trace 18 --trace 17 --trace 18 p1.pcap | sed '/^    clock/,/^$/d'
