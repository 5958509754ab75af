# The second client asks for its session with VcNumber 1 (tshark: smb.vc): the rule would not have touched the first.
lab c_control_vc1 c.pcap
"$CHECK" --what-if server.zero_vc=on c.pcap | sed -n '/^What if/,$p'
