#!/bin/sh
# install.sh BUILD UNINSTALL CMAKE: what is installed from BUILD is there, and is taken away again: all of it, and nothing else.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
BUILD=$(realpath "$1")
UNINSTALL=$(realpath "$2")
CMAKE=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
mkdir record

install() { timeout 60 "$CMAKE" -DCMAKE_INSTALL_PREFIX="$scratch/$1" -DRECORD="$scratch/record" -P "$BUILD/cmake_install.cmake" >/dev/null; }
uninstall() { "$UNINSTALL" record >/dev/null; }
# What is in a folder, beside itself.
content() { find "$1" -mindepth 1 | LC_ALL=C sort | tr '\n' ' '; }
is() {
    [ "$1" = "$2" ] || { echo "$3: \"$1\", expected \"$2\""; exit 1; }
}
# It says so in one line.
refuses() {
    if "$UNINSTALL" record >said 2>&1; then echo "$1: not refused"; exit 1; fi
    is "$(wc -l <said)" 1 "$1, lines"
    grep -q '^uninstall: nothing was installed from record' said || { cat said; exit 1; }
}

refuses "before anything was installed"

install "a prefix"
[ -x "a prefix/bin/smbtrace-check" ]
for name in _smbtrace-check smbtrace-check.fish smbtrace-1.schema.json; do
    [ "$(find "a prefix" -name $name)" ] || { echo "$name: not installed"; exit 1; }
done
uninstall
[ ! -e "a prefix" ] || { content "a prefix"; echo "is left of a prefix that was made by installing"; exit 1; }
refuses "a second time"

mkdir -p old/bin old/share/man
install old
: >old/share/smbtrace/notes
: >old/bin/.hidden
rm old/bin/smbtrace-check
uninstall
is "$(content old)" "old/bin old/bin/.hidden old/share old/share/man old/share/smbtrace old/share/smbtrace/notes " "foreign files"

install one
install two
install two
uninstall
is "$(ls)" "old
record
said" "two prefixes"

mkdir staging
DESTDIR=$scratch/staging install usr
[ ! -e usr ]
[ -x "$scratch/staging$scratch/usr/bin/smbtrace-check" ]
uninstall
is "$(content staging)" "" "DESTDIR"

# DESTDIR is made where it is not there, and taken away with what was put into it.
mkdir not
for staging in "$scratch/not/there/yet" not/there/either not/there/slashed/; do
    DESTDIR=$staging install usr || { echo "DESTDIR=$staging: not installed"; exit 1; }
    [ -x "$staging$scratch/usr/bin/smbtrace-check" ]
    (cd / && "$UNINSTALL" "$scratch/record" >/dev/null)
    is "$(content not)" "" "DESTDIR=$staging"
done
