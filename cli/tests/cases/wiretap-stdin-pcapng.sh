{ pcapng_section; pcapng_interface 0; pcapng_packet 0; sleep 0.2; pcapng_packet 0; } | "$CHECK" -f ndjson - >report
echo $?
for name in format frames complete; do member report $name; done
