# bash.bash FOLDER: for each line of standard input, a command line, what bash with the completion in FOLDER offers at its end: one a
# line, then an empty line. Of a word with "=" bash completes what is behind it.
# SPDX-License-Identifier: GPL-2.0-or-later
source "$1/smbtrace-check.bash"
while IFS= read -r line; do
    COMP_LINE=$line COMP_POINT=${#line}
    # As readline takes it apart: at blanks without a backslash, and at "=".
    mapfile -t COMP_WORDS < <(sed 's/\([^\\]\) /\1\n/g; s/=/\n=\n/g' <<<"$line")
    case $line in *" " | *=) ;; *) [ -n "${COMP_WORDS[-1]}" ] || unset 'COMP_WORDS[-1]' ;; esac
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    word=${COMP_WORDS[COMP_CWORD]}
    _smbtrace_check smbtrace-check "${word//\\/}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
    before=
    case ${line##*[!\\] } in
    --*=*=*) before=${line##*[!\\] } before=${before#*=} before=${before%%=*}= ;;
    --*=*) ;;
    *=*) before=${line##*[!\\] } before=${before%%=*}= ;;
    esac
    for offer in "${COMPREPLY[@]}"; do
        printf '%s%s\n' "$before" "${offer%=}"
    done
    echo
done
