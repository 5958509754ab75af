#!/bin/sh
# run.sh PROGRAM CASE.sh [TO_PCAPNG [COMMENTS [SCN2PCAP]]]: runs one case and compares. SPDX-License-Identifier: GPL-2.0-or-later
set -u
CHECK=$(realpath "$1")
case=$(realpath "$2")
TO_PCAPNG=$(realpath "${3:-/dev/null}")
COMMENTS=$(realpath "${4:-/dev/null}")
SCN2PCAP=$(realpath "${5:-/dev/null}")
SCENARIOS=$(realpath "$(dirname "$0")/../../testdata/scenarios")
SLICE=$(dirname "$TO_PCAPNG")/slice
base=${case%.sh}
CAPTURES=$(dirname "$0")/captures.sh
CAPTURES=$(realpath "$CAPTURES")
LAB=$(realpath "$(dirname "$0")/../../testdata/captures")
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
export CHECK CAPTURES LAB TO_PCAPNG COMMENTS SCN2PCAP SCENARIOS SLICE
unset NO_COLOR COLUMNS

mkdir "$scratch/work"
(cd "$scratch/work" && exec sh -c '. "$CAPTURES" && . "$0"' "$case") \
    >"$scratch/stdout" 2>"$scratch/stderr" </dev/null
echo $? >"$scratch/exit"

failed=0
compare() {
    want=$base.$1
    if [ "${UPDATE:-}" ]; then
        if cmp -s "$scratch/$1" "$scratch/default"; then rm -f "$want"; else cp "$scratch/$1" "$want"; fi
        return
    fi
    [ -e "$want" ] || want=$scratch/default
    diff -u --label "expected $1" --label "$1" "$want" "$scratch/$1" || failed=1
}
echo 0 >"$scratch/default"
compare exit
: >"$scratch/default"
compare stdout
compare stderr
exit $failed
