#!/bin/sh
# completion.sh PROGRAM FOLDER: the completions know each option of --help and no other, and bash's works.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
PROGRAM=$(realpath "$1")
FOLDER=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$PROGRAM" --help | grep -o -e '^  .*' | grep -o -e '--[a-z][-a-z]*' | sort -u >"$scratch/options"
sed -n 's/^complete .* -l \([-a-z]*\) .*/--\1/p' "$FOLDER/smbtrace-check.fish" | sort -u >"$scratch/fish"
sed -n '/^_arguments/,$p' "$FOLDER/_smbtrace-check" | grep -o -e '--[a-z][-a-z]*[=[}]' | sed 's/[=[}]$//' | sort -u >"$scratch/zsh"
diff -u "$scratch/options" "$scratch/fish"
diff -u "$scratch/options" "$scratch/zsh"
"$PROGRAM" --list formats | sed 's/ .*//' | sort >"$scratch/formats"
grep -o "words='text json[^']*'" "$FOLDER/smbtrace-check.bash" | sed "s/words='//; s/'//" | tr ' ' '\n' | sort >"$scratch/words"
diff -u "$scratch/formats" "$scratch/words"

cd "$scratch"
mkdir bin
ln -s "$PROGRAM" bin/smbtrace-check
: >"a capture.pcap"
PATH=$scratch/bin:$PATH bash -u -c '
    source "$1"
    COMP_WORDBREAKS=$'"'"' \t\n='"'"'
    complete_line() {
        COMP_LINE=$1 COMP_POINT=${#1}
        COMP_WORDS=($(sed "s/=/ = /g" <<<"$1"))
        case $1 in *" " | *=) COMP_WORDS+=("") ;; esac
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _smbtrace_check smbtrace-check "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
    }
    expect() {
        complete_line "$1"
        [ "${COMPREPLY[*]}" = "$2" ] || { echo "$1: ${COMPREPLY[*]}; expected $2"; exit 1; }
    }
    expect "smbtrace-check --format j" "json junit"
    expect "smbtrace-check --format=ht" "html"
    expect "smbtrace-check --min-severity " "info note warning error"
    expect "smbtrace-check --profile server=windows-2" "windows-2000 windows-2003"
    expect "smbtrace-check --profile=client=windows-x" "windows-xp"
    expect "smbtrace-check --set server.zero_vc_tr" "server.zero_vc_trigger="
    expect "smbtrace-check --explain zero-vc-e" "zero-vc-exposed"
    expect "smbtrace-check --jobs " ""
    expect "smbtrace-check --quie" "--quiet"
    expect "smbtrace-check a" "a capture.pcap"
' bash "$FOLDER/smbtrace-check.bash"
