# The index of several captures: groups the worst first, rows by time whatever the order of the files;
# one end alone is told alone.
lab a2_three_clients 1.pcap
lab i2_forged_rst 2.pcap
lab a1_nat_zero_vc 3.pcap
lab g_deadtime 4.pcap
index() {
    grep -o -e '<h1>.*' -e '<details class="group[^"]*"' -e '<span class="mark">[^<]*</span> <b>[^<]*</b>' \
        -e '<td class="when">.*' -e '^<p class="lead">.*' | sed -e 's/<[^>]*>/ /g' -e 's/  */ /g' -e 's/<details class=/--/'
}
"$CHECK" -f html ./*.pcap | index
"$CHECK" -f html --end 280 3.pcap | index
"$CHECK" -f html --end 280 3.pcap | grep -c 'Not shown'
"$CHECK" -f html 3.pcap | grep 'Not shown'
# In a ring each frame has its file beside it.
piece a1_nat_zero_vc 1 200 ring1.pcap
piece a1_nat_zero_vc 201 106 ring2.pcap
"$CHECK" -f html --continuous ring?.pcap | grep -o -e 'class="rows[^"]*"' -e '<td class="capture">.*' | sed 's/<[^>]*>/ /g'
