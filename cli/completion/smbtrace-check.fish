# fish completion for smbtrace-check. SPDX-License-Identifier: GPL-2.0-or-later

function __smbtrace_ids
    printf 'ping-pong\thosts that end each other\'s connections in turn\n'
    for what in causes observations timers
        smbtrace-check --list $what 2>/dev/null | string replace -rf '^([a-z][-a-z0-9]*) +(.*)' '$1\t$2'
    end
    smbtrace-check --list profiles 2>/dev/null | string replace -rf '^(?:server|client) +(\S+) +(.*)' '$1\t$2'
end

function __smbtrace_profiles
    printf '%s\n' server=auto client=auto
    smbtrace-check --list profiles 2>/dev/null | string replace -rf '^(server|client) +(\S+) +(.*)' '$1=$2\t$3'
end

function __smbtrace_keys
    set -l key (commandline -ct | string replace -r '^--[a-z-]+=' '' | string match -r '^[^=]+(?==)')
    for line in (smbtrace-check --list keys 2>/dev/null | string match -r '^[a-z]+\.[a-z0-9_]+ = .*')
        set -l parts (string split -m 1 ' = ' $line)
        if test "$key" = $parts[1]
            for value in (string split ', ' $parts[2])
                echo $key=$value
            end
        else if test -z "$key"
            printf '%s=\t%s\n' $parts[1] $parts[2]
        end
    end
end

complete -c smbtrace-check -s f -l format -x -a 'text json ndjson csv sarif junit markdown html' -d 'format of the report'
complete -c smbtrace-check -s o -l output -r -F -d 'write there instead of standard output'
complete -c smbtrace-check -s p -l profile -x -a '(__smbtrace_profiles)' -d 'rules of one side'
complete -c smbtrace-check -l profiles -r -F -d 'read more profiles'
complete -c smbtrace-check -l set -x -a '(__smbtrace_keys)' -d 'change one value of the profile'
complete -c smbtrace-check -l what-if -x -a '(__smbtrace_keys)' -d 'which ends this value would have spared'
complete -c smbtrace-check -l port -x -d 'more TCP ports on which SMB is spoken'
complete -c smbtrace-check -l trace -x -d 'what servers and clients hold after a frame'
complete -c smbtrace-check -l end -x -d 'only the end in this frame'
complete -c smbtrace-check -l continuous -d 'the files are one capture in the order of time'
complete -c smbtrace-check -l join -d 'the files show the same minutes from several places'
complete -c smbtrace-check -l annotate -r -F -d 'copy of the capture with comments'
complete -c smbtrace-check -l ticket -r -F -d 'report, findings and evidence in one archive'
complete -c smbtrace-check -l anonymize -d 'replace names, addresses and payload'
complete -c smbtrace-check -l anonymize-key -r -F -d 'file with the key of the pseudonyms'
complete -c smbtrace-check -l summary -d 'over all captures together'
complete -c smbtrace-check -l min-severity -x -a 'info note warning error' -d 'show and count from this severity on'
complete -c smbtrace-check -l files-from -r -F -d 'read the inputs that this file names too'
complete -c smbtrace-check -s j -l jobs -x -d 'captures read side by side'
complete -c smbtrace-check -l explain -x -a '(__smbtrace_ids)' -d 'explain a cause, an observation, a timer or a profile'
complete -c smbtrace-check -l list -x -a 'causes observations timers transitions profiles keys formats schema' -d 'list, and stop'
complete -c smbtrace-check -l doctor -d 'say why Wireshark loads its plugin, or does not'
complete -c smbtrace-check -s q -l quiet -d 'no report'
complete -c smbtrace-check -s v -l verbose -d 'evidence and references too'
complete -c smbtrace-check -l color -x -a 'auto always never' -d 'colours'
complete -c smbtrace-check -l progress -x -a 'auto always never' -d 'progress line'
complete -c smbtrace-check -l version -d 'print the version'
complete -c smbtrace-check -s h -l help -d 'print a summary of the options'
