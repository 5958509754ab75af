"$CHECK" "$(printf 'a\033[31mb\nc\377.pcap')"
