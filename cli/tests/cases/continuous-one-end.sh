# --end FILE:FRAME: an end of one of several files.
mkdir ring
piece a1_nat_zero_vc 1 278 ring/b.pcap
piece a1_nat_zero_vc 279 28 ring/a.pcap
"$CHECK" --continuous --end a.pcap:2 -f ndjson ring | joint_findings
"$CHECK" --continuous --end ring/a.pcap:26 -f ndjson ring | joint_findings
"$CHECK" --continuous --end a.pcap:2 --end a.pcap:26 -f ndjson ring | joint_findings
"$CHECK" --continuous --anonymize --end a.pcap:2 -f ndjson ring | joint_findings
"$CHECK" --continuous --end b.pcap:2 ring >/dev/null; echo $?
"$CHECK" --continuous --end 2 ring; echo $?
"$CHECK" --continuous --end a.pcap:x ring; echo $?
"$CHECK" --end a.pcap:2 ring/a.pcap >/dev/null; echo $?
