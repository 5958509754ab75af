lab f1_crash_reboot_direct f1.pcap
"$CHECK" -v f1.pcap
