#!/usr/bin/env bash
# bench.sh [--runs N] [--folder DIR] PROGRAM GENERATOR [speed|memory]...
#
# Generates captures, reads each N times (3) with smbtrace-check (PROGRAM) and with what else is installed, and prints
# the medians as tables. `speed`: two captures of 1 GB and 0.3 GB; every verdict is compared with the truth. `memory`:
# captures of one, four and sixteen times a length, with equally many connections open at a time. Both by default.
#
# Needs bash, GNU time and about 2.5 GB in DIR (TMPDIR, else /tmp), which it empties afterwards.
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
export LC_ALL=C

runs=3 folder=${TMPDIR:-/tmp}
while [[ ${1:-} == --* ]]; do
    case $1 in
        --runs) runs=$2 ;;
        --folder) folder=$2 ;;
        *) echo "bench.sh: $1: no such option" >&2; exit 2 ;;
    esac
    shift 2
done
[[ $# -ge 2 ]] || { sed -n 2,4p "$0" >&2; exit 2; }
check=$(realpath "$1") generator=$(realpath "$2")
shift 2
[[ $# -gt 0 ]] || set -- speed memory
[[ -x /usr/bin/time ]] || { echo "bench.sh: needs GNU time (package time)" >&2; exit 2; }
scratch=$(mktemp -d "$folder/bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
failed=0

# measure COMMAND...: runs it; sets wall (median of seconds) and rss (highest MiB).
measure() {
    local i
    : >times
    for ((i = 0; i < runs; i++)); do
        # Statuses 0 and 1 are verdicts.
        /usr/bin/time -o time -f '%e %M' "$@" >out 2>err || [[ $? == 1 ]] ||
            { echo "bench.sh: $* failed: $(tail -n 1 err)" >&2; exit 1; }
        tail -n 1 time >>times
    done
    wall=$(sort -n times | sed -n "$(((runs + 1) / 2))p" | cut -d' ' -f1)
    rss=$(cut -d' ' -f2 times | sort -n | tail -n 1 | awk '{printf "%.0f", $1 / 1024}')
}

# row FILE PROGRAM ARGUMENT...: a line of the table, where the program is installed.
row() {
    local file=$1 words argument
    shift
    command -v "$1" >/dev/null || return 0
    measure "$@"
    words=$(basename "$1")
    for argument in "${@:2}"; do
        [[ $argument == *' '* ]] && argument="'$argument'"
        words+=" $argument"
    done
    awk -v words="${words//|/\\|}" -v wall="$wall" -v rss="$rss" -v bytes="$(stat -c %s "$file")" \
        'BEGIN { printf "| `%s` | %.2f | %.0f | %s |\n", words, wall, wall ? bytes / 1e6 / wall : 0, rss }'
}

# truth FILE: compares the verdicts with what was generated; both are "kind, frame of the end, frame of the culprit".
truth() {
    { "$check" -f ndjson "$1" || [[ $? == 1 ]]; } | sed -n \
        's/^{"type": "end",.* "end": {"frame": \([0-9]*\),.*"kind": "rst".* "cause": "\([^"]*\)", "variant": "\?\([a-z]*\).* "culprit": {"frame": \([^,]*\),.*/\2 \3 \1 \4/p' |
        sed 's/^client-close abort \([0-9]*\) null/client-abort \1 0/; s/^zero-vc [a-z]*/zero-vc/' | sort >found
    cut -f1-3 "$1.truth" | tr '\t' ' ' | sort >wanted
    echo
    echo "Verdicts on the $(wc -l <wanted) resets: $(comm -12 found wanted | wc -l) right," \
        "$(comm -13 found wanted | wc -l) missed, $(comm -23 found wanted | wc -l) invented" \
        "($(sed -n /zero-vc/p wanted | wc -l) zero-VC kills, $(sed -n /abort/p wanted | wc -l) aborts by clients)."
    cmp -s found wanted || failed=1
}

speed() {
    "$generator" "$@" >generated
    cat "$1" >/dev/null # into the page cache
    printf '\n%s, %.0f MB (`gen_smb1 %s`)\n\n' "$(cat generated)" "$(($(stat -c %s "$1") / 1000000))" "$*"
    echo '| command | wall s | MB/s | peak MiB |'
    echo '|---|---|---|---|'
    row "$1" "$check" -q "$1"
    row "$1" "$check" "$1"
    row "$1" "$check" -f json "$1"
    row "$1" tcpdump -nr "$1" 'tcp[tcpflags] & tcp-rst != 0'
    row "$1" tcptrace -n "$1"
    row "$1" tshark -q -z expert -r "$1"
    truth "$1"
    rm "$1"
}

memory() {
    local times connections
    echo
    echo '| connections in all | MB | wall s | peak MiB |'
    echo '|---|---|---|---|'
    for times in 1 4 16; do
        connections=$((2500 * times))
        "$generator" m.pcap --small --kib 16 --connections $connections --seconds $((connections / 25)) >/dev/null
        measure "$check" -f json m.pcap
        printf '| %s | %.0f | %s | %s |\n' $connections $(($(stat -c %s m.pcap) / 1000000)) "$wall" "$rss"
    done
}

for what; do
    case $what in
        speed)
            speed bulk.pcap --connections 400 --kib 2560 --seconds 60 --nat 40
            speed small.pcap --small --connections 20000 --kib 15 --seconds 3600 --nat 5 --nat-addresses 2
            ;;
        memory) memory ;;
        *) echo "bench.sh: $what: speed or memory" >&2; exit 2 ;;
    esac
done
exit $failed
