# Two captures prove what one made likely, and the other one could not tell.
lab i2_forged_rst server.pcap
lab i2_forged_rst.clientA client.pcap
"$CHECK" --join server.pcap client.pcap
