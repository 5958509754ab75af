"$CHECK" --min-severity fatal x.pcap; echo $?
"$CHECK" --color sometimes x.pcap; echo $?
"$CHECK" --progress sometimes x.pcap; echo $?
"$CHECK" --profiles missing.ini x.pcap; echo $?
"$CHECK" ''; echo $?
