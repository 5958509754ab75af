# By hand from tshark: frame 10 asks for a session, 11 gives it UID 22033 (first of two legs, NTLMSSP, User WORKGROUP\alice in
# 12); 14 connects \\10.50.0.10\data, 15 says TID 23862; 16 opens big.bin, 17 says FID 0x39de, a disk file, no oplock; 18 to 21
# are READ_ANDX with MID 384, 448, 512, 576; frame 23 begins and 24 ends the answer with MID 512, which is that of frame 20. So
# 18, 19 and 21 wait, for 555, 504 and 458 us. NativeOS "Windows 2002 Service Pack 3 2600" is Windows XP, whose session
# timeout is 60 s and its scan 30 s: from 21:36:13.036772 that is 21:37:13.036 to 21:37:43.036. Logon hours are not on the wire.
lab a1_nat_zero_vc a1.pcap
"$CHECK" --trace 24 a1.pcap
