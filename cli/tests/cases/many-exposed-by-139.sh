# The connection of the session setup that shows it, port and all: it came by 139, its victim by 445.
scenario zero-vc/culprit-by-139 both.pcap
"$CHECK" both.pcap | grep 'zero-vc-exposed  '
