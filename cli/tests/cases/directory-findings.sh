mkdir -p d/sub
lab f1_crash_reboot_direct d/sub/f1.pcap
lab i2_forged_rst d/a.cap
lab a2_three_clients whole.pcap
head -c 100000 whole.pcap >d/cut.pcap
echo text >d/notes.txt
"$CHECK" -f ndjson d >report
echo $?
for file in d/a.cap d/cut.pcap d/sub/f1.pcap; do
    echo $file
    grep "\"file\": \"$file\"" report | findings
    grep "^{\"type\": \"capture\", \"file\": \"$file\"" report >capture
    for name in frames complete problems; do member capture $name; done
done
