# Lines are as long as COLUMNS says, wherever they go; 40 at least. What says no number is ignored.
lab i2_forged_rst
for columns in 60 132 1 '' x -5; do
    echo "COLUMNS=$columns: $(COLUMNS=$columns "$CHECK" i2_forged_rst.pcap | awk '{ n = length($0); if (n > most) most = n } END { print most }')"
done
COLUMNS=60 "$CHECK" i2_forged_rst.pcap
