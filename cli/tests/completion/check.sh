#!/bin/sh
# check.sh PROGRAM FOLDER PAGE SHELL: what SHELL (bash, zsh, fish) offers with the completions in FOLDER is what the program takes:
# each option of --help and no other, each value of those that have a choice. PAGE, the man page, has the same options.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
PROGRAM=$(realpath "$1")
FOLDER=$(realpath "$2")
PAGE=$(realpath "$3")
SHELL_NAME=$4
HERE=$(realpath "$(dirname "$0")")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
mkdir bin home
ln -s "$PROGRAM" bin/smbtrace-check
export PATH="$scratch/bin:$PATH" HOME="$scratch/home" LC_ALL=C.UTF-8
unset XDG_CONFIG_HOME XDG_DATA_HOME

# Command lines and what must be offered at their ends: pairs of files N.line and N.expected.
expect() {
    count=$(($(find . -name '*.line' | wc -l) + 1))
    printf 'smbtrace-check %s\n' "$1" >$count.line
    LC_ALL=C sort -u >$count.expected
}
first_words() { sed -n 's/^\([a-z][-a-z0-9]*\) .*/\1/p'; }
# The words that the program names when it refuses one.
choice() { smbtrace-check "$1" nothing 2>&1 | sed 's/.*use //; s/, or / /; s/,//g; s/ or / /' | tr ' ' '\n'; }
profiles() { smbtrace-check --list profiles | sed -n 's/^\(server\|client\) *\([^ ]*\) .*/\1=\2/p'; }
ids() {
    echo ping-pong
    for what in causes observations timers; do smbtrace-check --list $what | first_words; done
    profiles | sed 's/.*=//'
}
keys() {
    for profile in $(profiles | sed 's/.*=//' | sort -u); do smbtrace-check --explain $profile; done |
        sed -n 's/^ *\(\(server\|client\)\.[a-z0-9_]*\) = .*/\1/p'
}

smbtrace-check --help | grep '^  -' | grep -o -e '--[a-z][-a-z]*' | sort -u >options
sed -n '/^\*\*-.*\*\*/s/[*]//gp' "$PAGE" | grep -o -e '--[a-z][-a-z]*' | sort -u >documented
diff -u options documented
[ "$(wc -l <options)" -gt 20 ]

expect -- <options
for option in --format --list --min-severity --color --progress; do choice $option | expect "$option "; done
smbtrace-check --list formats | first_words | expect "-f "
ids | expect "--explain "
for option in --profile -p; do { profiles; echo server=auto; echo client=auto; } | expect "$option "; done
for option in --set --what-if; do keys | expect "$option "; done
printf 'json\njunit\n' | expect "--format j"
printf 'html\n' | expect "--format=ht"
printf 'server=windows-2000\nserver=windows-2003\n' | expect "--profile server=windows-2"
printf 'client=windows-xp\n' | expect "--profile=client=windows-x"
printf 'server.zero_vc_trigger\n' | expect "--set server.zero_vc_tr"
for option in "--set " "--what-if " "--set="; do
    printf 'server.zero_vc=off\nserver.zero_vc=on\n' | expect "${option}server.zero_vc="
    printf 'server.zero_vc_match=address\nserver.zero_vc_match=address-and-workstation\n' | expect "${option}server.zero_vc_match=addr"
done
smbtrace-check --list keys | sed -n 's/^client.session_timeout = //p' | tr -d , | tr ' ' '\n' | sed 's/^/client.session_timeout=/' |
    expect "--set client.session_timeout="
expect "--set client.nonesuch=" </dev/null
printf -- '--quiet\n' | expect --quie
: >"a capture.pcap"
: >archive.key
for option in "" "--output " "--annotate=" "--anonymize-key " "--ticket "; do printf 'a capture.pcap\n' | expect "${option}a\\ c"; done
for option in --jobs --port --trace --end; do expect "$option " </dev/null; done

count=$(find . -name '*.line' | wc -l)
for n in $(seq $count); do cat $n.line; done >lines
case $SHELL_NAME in
bash) bash -u "$HERE/bash.bash" "$FOLDER" <lines ;;
zsh) zsh -f "$HERE/zsh.zsh" "$FOLDER" <lines ;;
fish) fish --no-config "$HERE/fish.fish" "$FOLDER" <lines ;;
esac >offered
n=0 failed=0
: >block
while IFS= read -r word; do
    if [ "$word" ]; then
        printf '%s\n' "$word" >>block
        continue
    fi
    n=$((n + 1))
    LC_ALL=C sort -u block | diff -u --label "$SHELL_NAME: $(cat $n.line)" --label expected - $n.expected || failed=1
    : >block
done <offered
[ $n = $count ] || { echo "$SHELL_NAME answered $n of $count lines"; exit 1; }
exit $failed
