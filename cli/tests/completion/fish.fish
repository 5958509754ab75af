# fish.fish FOLDER: for each line of standard input, a command line, what fish with the completions in FOLDER offers at its end: one a
# line, then an empty line.
# SPDX-License-Identifier: GPL-2.0-or-later
source $argv[1]/smbtrace-check.fish
while read -l line
    complete -C "$line" | string replace -r '\t.*' '' | string replace -r '^--[a-z-]+=(.)' '$1' | string replace -r '=$' '' |
        string unescape
    echo
end
