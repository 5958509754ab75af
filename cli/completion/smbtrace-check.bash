# bash completion for smbtrace-check. SPDX-License-Identifier: GPL-2.0-or-later

# The ids in the first column of `smbtrace-check --list WHAT`, whatever else the command line says.
_smbtrace_ids() {
    "$1" --list "$2" 2>/dev/null | sed -n 's/^\([a-z][-a-z0-9]*\) .*/\1/p'
}

# server=windows-2003 ..., of the lines "server  windows-2003  Windows Server 2003"
_smbtrace_profiles() {
    echo server=auto client=auto
    "$1" --list profiles 2>/dev/null | sed -n 's/^\(server\|client\) *\([^ ]*\) .*/\1=\2/p'
}

# server.zero_vc= ..., of the lines "server.zero_vc = off, on"
_smbtrace_keys() {
    "$1" --list keys 2>/dev/null | sed -n 's/^\([a-z]*\.[a-z0-9_]*\) = .*/\1=/p'
}

# off on ..., of one of these lines
_smbtrace_values() {
    "$1" --list keys 2>/dev/null | sed -n "s/^$2 = //p" | tr -d ,
}

_smbtrace_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_smbtrace_check() {
    local program=$1 word=$2 before=$3 words=
    # The words of a command line are split at "=": "server=win" comes as three.
    local line=${COMP_LINE:0:COMP_POINT}
    local whole=${line##*[[:space:]]}
    COMPREPLY=()
    [ "$before" = "=" ] && [ "$COMP_CWORD" -ge 2 ] && before=${COMP_WORDS[COMP_CWORD - 2]}
    case $whole in
    --*=*) before=${whole%%=*} whole=${whole#*=} ;;
    esac
    [ "$word" = "=" ] && word=
    case $before in
    -f | --format) words='text json ndjson csv sarif junit markdown html' ;;
    --min-severity) words='info note warning error' ;;
    --color | --progress) words='auto always never' ;;
    --list) words='causes observations timers transitions profiles keys formats schema' ;;
    --explain)
        words=$(echo ping-pong
            for what in causes observations timers; do _smbtrace_ids "$program" $what; done
            _smbtrace_profiles "$program" | sed -n '2,$s/.*=//p' | sort -u)
        ;;
    -p | --profile | server | client)
        words=$(_smbtrace_profiles "$program")
        case $whole in
        *=*) words=$(printf '%s\n' $words | sed -n "s/^${whole%%=*}=//p") ;;
        *) compopt -o nospace 2>/dev/null ;;
        esac
        ;;
    --set | --what-if | server.* | client.*)
        case $whole in
        *=*) words=$(_smbtrace_values "$program" "${whole%%=*}") ;;
        *)
            words=$(_smbtrace_keys "$program")
            compopt -o nospace 2>/dev/null
            ;;
        esac
        ;;
    -j | --jobs | --port | --trace | --end) return ;;
    -o | --output | --profiles | --files-from | --anonymize-key | --annotate | --ticket) _smbtrace_files "$word" ;;
    *)
        case $word in
        -*) words=$("$program" --help 2>/dev/null | grep -o -e '--[a-z][-a-z]*' | sort -u) ;;
        *) _smbtrace_files "$word" ;;
        esac
        ;;
    esac
    [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$word"))
    return 0
}

complete -F _smbtrace_check smbtrace-check
