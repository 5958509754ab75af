# Captures for the cases, written byte by byte. SPDX-License-Identifier: GPL-2.0-or-later

# N bytes of nothing.
zeros() { head -c "$1" /dev/zero; }

# pcap, microseconds, little-endian, Ethernet.
pcap_header() { printf '\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\000\000\004\000\001\000\000\000'; }

# One frame of 60 bytes (76 with its header), which carries nothing.
pcap_frame() { printf '\001\000\000\000\000\000\000\000\074\000\000\000\074\000\000\000'; zeros 60; }

# pcap_file FRAMES
pcap_file() {
    pcap_header
    i=0
    while [ $i -lt "$1" ]; do pcap_frame; i=$((i + 1)); done
}

# pcapng: section header (28 bytes), interface N of Ethernet with a snap length of its own, a packet (92 bytes) on it.
pcapng_section() { printf '\012\015\015\012\034\000\000\000\115\074\053\032\001\000\000\000\377\377\377\377\377\377\377\377\034\000\000\000'; }
pcapng_interface() { printf "\\001\\000\\000\\000\\024\\000\\000\\000\\001\\000\\000\\000\\000\\00$(($1 + 1))\\000\\000\\024\\000\\000\\000"; }
pcapng_packet() {
    printf "\\006\\000\\000\\000\\134\\000\\000\\000\\00$1\\000\\000\\000\\000\\000\\000\\000\\001\\000\\000\\000"
    printf '\074\000\000\000\074\000\000\000'
    zeros 60
    printf '\134\000\000\000'
}

# The value of a member of the only capture in a json document: member FILE NAME.
member() { grep -o "\"$2\": *[^,}]*" "$1" | sed 's/^"[^"]*": *//'; }

# lab NAME [AS]: a copy of the labelled capture NAME in this folder, as NAME.pcap or AS.
lab() { cp "$LAB/$1.pcap" "${2:-$1.pcap}"; }

# scenario GROUP/ID AS: a scenario as a capture.
scenario() { "$SCN2PCAP" "$SCENARIOS/$1.scn" "$2"; }

# What an ndjson report on standard input says of ends, a line for each in the order of frames:
# frame, cause, variant, culprit frame.
findings() {
    sed -n 's/^{"type": "end",.* "end": {"frame": \([0-9]*\),.* "cause": "\([^"]*\)", "variant": \([^,]*\),.* "culprit": {"frame": \([^,]*\),.*/\1 \2 \3 \4/p' |
        sort -n
}

# piece NAME FROM COUNT AS [SECONDS]: COUNT frames of the labelled capture NAME from the frame FROM on, SECONDS later.
piece() { "$SLICE" "$2" "$3" "${5:-0}" <"$LAB/$1.pcap" >"$4"; }

# What a --continuous ndjson report on standard input says of ends and of gaps: file, frame, cause, culprit frame and file.
joint_findings() {
    sed -n -e 's/^{"type": "end", "file": "\([^"]*\)",.* "end": {"frame": \([0-9]*\),.* "cause": "\([^"]*\)",.* "strength": \([^,]*\),.* "culprit": {"frame": \([^,]*\), \("file": "[^"]*"\)*.*/\1 \2 \3 \4 \5 \6/p' \
        -e 's/^{"type": "observation", "file": "\([^"]*\)", "kind": "gaps", "frame": \([0-9]*\),.* "summary": "\([^.:]*\).*/\1 \2 gaps: \3/p' | sort
}

# A pcap of FRAMES frames that carry nothing, SECONDS after 1970: late FRAMES SECONDS.
late() {
    pcap_header
    bytes=$(printf '\\%03o' $(($2 & 255)) $(($2 >> 8 & 255)) $(($2 >> 16 & 255)) $(($2 >> 24)))
    i=0
    while [ $i -lt "$1" ]; do
        printf "$bytes\\000\\000\\000\\000\\074\\000\\000\\000\\074\\000\\000\\000"
        zeros 60
        i=$((i + 1))
    done
}
