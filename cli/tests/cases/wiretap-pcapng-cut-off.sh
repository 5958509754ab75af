{ pcapng_section; pcapng_interface 0; pcapng_packet 0; pcapng_packet 0; } | head -c 200 >a.pcapng
"$CHECK" -f json a.pcapng >report
echo $?
for name in format frames complete; do member report $name; done
