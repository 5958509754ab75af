# A second run changes nothing, whatever of smbtrace's own was there; what others wrote stays.
lab a1_nat_zero_vc a1.pcap
"$CHECK" -q --annotate one.pcapng a1.pcap
"$CHECK" -q --annotate two.pcapng one.pcapng
cmp one.pcapng two.pcapng && echo same
"$CHECK" -q --min-severity info --annotate more.pcapng one.pcapng
"$CHECK" -q --annotate less.pcapng more.pcapng
cmp one.pcapng less.pcapng && echo "same again"

# A comment of another's and one of an earlier version, on the first packet.
comment() {
    bytes=$(printf '%s' "$1" | wc -c)
    printf "\\001\\000\\$(printf %o $bytes)\\000%s" "$1"
    zeros $(((4 - bytes % 4) % 4))
}
packet() {
    comment 'seen by Bob' >options
    comment 'smbtrace/0 role=victim cause=old: stale' >>options
    printf '\000\000\000\000' >>options
    total=$((92 + $(wc -c <options)))
    printf "\\006\\000\\000\\000\\$(printf %o $total)\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\001\\000\\000\\000"
    printf '\074\000\000\000\074\000\000\000'
    zeros 60
    cat options
    printf "\\$(printf %o $total)\\000\\000\\000"
}
{ pcapng_section; pcapng_interface 0; packet; } >other.pcapng
"$COMMENTS" <other.pcapng
"$CHECK" -q --annotate other2.pcapng other.pcapng
"$COMMENTS" <other2.pcapng
