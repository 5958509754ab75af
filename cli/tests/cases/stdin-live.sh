# What has come goes through although the writer has not ended; its end is noticed.
{ pcap_file 2; sleep 0.3; pcap_frame; sleep 0.3; pcap_frame | head -c 20; } | "$CHECK" -f ndjson - >report
echo $?
for name in frames complete; do member report $name; done
