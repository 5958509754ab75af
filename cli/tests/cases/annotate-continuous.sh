# Files that are one capture become one, with comments on where marked frames were; verdicts, comments of others and interfaces
# stay, and a second run changes nothing. Frames that two files have are in it once.
lab a1_nat_zero_vc whole.pcap
piece a1_nat_zero_vc 1 100 c.pcap
piece a1_nat_zero_vc 95 184 z
"$TO_PCAPNG" <z >"z 2.pcapng"
piece a1_nat_zero_vc 279 28 a.pcap
"$CHECK" -q --continuous --annotate all.pcapng a.pcap c.pcap "z 2.pcapng"; echo $?
"$COMMENTS" <all.pcapng | cut -c1-110
for file in whole.pcap all.pcapng; do "$CHECK" -f ndjson $file | findings; done
"$CHECK" -q --annotate two.pcapng all.pcapng
cmp all.pcapng two.pcapng && echo same
"$CHECK" -q --continuous --annotate three.pcapng "z 2.pcapng" c.pcap a.pcap
cmp all.pcapng three.pcapng && echo "same in any order"
cat a.pcap | "$CHECK" -q --continuous --annotate piped.pcapng c.pcap - "z 2.pcapng"
"$COMMENTS" <piped.pcapng | grep -c "original=.* file=-: frame"
grep -ao "One capture of .*pcap" all.pcapng
echo "Comments of others:"
{
    pcapng_section
    pcapng_interface 1
    printf '\006\000\000\000\150\000\000\000\000\000\000\000\000\000\000\000\001\000\000\000\074\000\000\000\074\000\000\000'
    zeros 60
    printf '\001\000\003\000Bob\000\000\000\000\000\150\000\000\000'
} >bob.pcapng
"$CHECK" -q --continuous --annotate all.pcapng c.pcap bob.pcapng
"$COMMENTS" <all.pcapng | cut -c1-60
echo "Refused:"
ln c.pcap hard.pcap
"$CHECK" -q --continuous --annotate hard.pcap a.pcap c.pcap; echo $?
"$CHECK" -q --continuous --annotate x.pcapng a.pcap gone.pcap; echo $?
"$CHECK" -q --continuous --annotate y.pcapng gone.pcap; echo $?
TMPDIR=$PWD/nowhere "$CHECK" --continuous --annotate y.pcapng a.pcap c.pcap 2>&1 >/dev/null | sed "s|$PWD|.|"
ls -A
