# What else a pcapng says goes along: of the section, of the interface and its statistics, of the packet, names.
block() { # TYPE BODY, both as escapes for printf; the body in whole words
    size=$(($(printf "$2" | wc -c) + 12))
    length=$(printf '\\%03o\\%03o\\000\\000' $((size % 256)) $((size / 256)))
    printf "$1$length$2$length"
}
{
    block '\012\015\015\012' '\115\074\053\032\001\000\000\000\377\377\377\377\377\377\377\377\001\000\010\000of Alice\004\000\010\000dumpcap1\000\000\000\000'
    block '\001\000\000\000' '\001\000\000\000\000\000\004\000\002\000\004\000eth7\013\000\005\000\000port\000\000\000\000\000\000\000'
    block '\004\000\000\000' '\001\000\020\000\012\000\000\001filer.local\000\002\000\034\000\040\001\015\270\000\000\000\000\000\000\000\000\000\000\000\001filer6.wide\000\000\000\000\000'
    for flags in 1 2; do
        block '\006\000\000\000' "\\000\\000\\000\\000\\000\\000\\000\\000\\001\\000\\000\\000\\004\\000\\000\\000\\004\\000\\000\\000abcd\\002\\000\\004\\000\\00$flags\\000\\000\\000\\001\\000\\004\\000mine\\000\\000\\000\\000"
    done
    block '\005\000\000\000' '\000\000\000\000\000\000\000\000\005\000\000\000\005\000\010\000\007\000\000\000\000\000\000\000\000\000\000\000'
} >in.pcapng
"$CHECK" -q --annotate out.pcapng in.pcapng
"$COMMENTS" <out.pcapng
for text in 'of Alice' dumpcap1 eth7 filer.local filer6.wide; do
    grep -qaF "$text" out.pcapng || echo "lost: $text"
done
# Packet flags: option 2 of 4 bytes. Dropped packets: option 5 of 8 bytes.
od -An -v -tx1 out.pcapng | tr -d ' \n' >hex
grep -o '02000400010000' hex
grep -o '02000400020000' hex
grep -o '050008000700000000000000' hex
"$CHECK" -q --annotate again.pcapng out.pcapng
cmp out.pcapng again.pcapng && echo same
