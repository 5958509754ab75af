{ pcapng_section; pcapng_interface 0; pcapng_packet 0; pcapng_interface 1; pcapng_packet 1; } >a.pcapng
"$CHECK" -f json a.pcapng >report
echo $?
for name in format frames complete; do member report $name; done
