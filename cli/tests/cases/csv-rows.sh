# By hand from tshark: VcNumber 0 in frame 278 on port 35540, RST of port 37632 in frame 280, 935 us later.
lab a1_nat_zero_vc '=a1.pcap'
"$CHECK" -f csv ./=a1.pcap >report.csv; echo $?
head -1 report.csv | tr -d '\r'
grep -c "$(printf '\r')\$" report.csv
cut -d , -f 1-8,10-13 report.csv
grep ,zero-vc, report.csv | cut -d , -f 21-24
"$CHECK" -f csv =a1.pcap | cut -d , -f 1 | sort -u
"$CHECK" -f csv --min-severity error ./=a1.pcap | wc -l
"$CHECK" -f csv -q ./=a1.pcap; echo $?
"$CHECK" -f csv - <./=a1.pcap | cut -d , -f 2- >piped
cut -d , -f 2- report.csv | cmp - piped && echo same
