lab a1_nat_zero_vc a1.pcap
cat >house.ini <<'END'
[server house]
title = A server of our own
native_os = House*
zero_vc = off
zero_vc.source = its manual
END
"$CHECK" --profiles house.ini --list profiles | grep house
"$CHECK" --profiles house.ini --explain house | head -7
"$CHECK" --profiles house.ini -p server=house -f ndjson a1.pcap | findings
"$CHECK" -p server=house a1.pcap; echo $?
sed 's/= off/= of/' house.ini >wrong.ini
"$CHECK" --profiles wrong.ini a1.pcap; echo $?
"$CHECK" --profiles nowhere.ini a1.pcap; echo $?
