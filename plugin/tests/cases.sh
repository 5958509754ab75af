#!/bin/sh
# cases.sh CASE CAPTURES PROFILE TOOLS: what tshark does with the plugin beyond two passes over one capture. TOOLS is the
# folder of this folder's programs. Run by with_plugin.sh.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
case=$1 captures=$2 profile=$3 tools=$4
cp "$captures"/a1_nat_zero_vc.pcap "$captures"/a2_three_clients.pcap "$captures"/g_deadtime.pcap "$tools"/*.pcap \
    "$SMBT_FOLDER"
cp -R "$profile"/. "$SMBT_FOLDER"
chmod -R a+rX "$SMBT_FOLDER"/*.pcap "$SMBT_FOLDER/SMBtrace" "$SMBT_FOLDER/user.sh"
nat=$SMBT_FOLDER/a1_nat_zero_vc.pcap

plugin=$(echo "$SMBT_FOLDER"/plugins/*/epan/smbtrace.so)
version=${plugin%/epan/*}
version=${version##*/}
user() { wireshark "$SMBT_FOLDER/user.sh" "$1" "$plugin" "$version" "$SMBT_FOLDER/SMBtrace"; }
wireshark() { $SMBT_AS_USER "$@" 2>"$SMBT_FOLDER/errors"; }
roles() { wireshark tshark -n "$@" -Y smbtrace -T fields -e frame.number -e smbtrace.role -e smbtrace.cause; }
# expect WHAT GOT WANT
expect() {
    [ "$2" = "$3" ] && return
    printf '%s: got\n%s\nwant\n%s\n' "$1" "$2" "$3" >&2
    exit 1
}
# A tab between fields, several values with commas.
t=$(printf '\t')

# table NAME TSHARK-ARGUMENTS...: the lines of -z smbtrace,NAME, without those that frame it.
table() {
    name=$1
    shift
    wireshark tshark -n -q "$@" -z "smbtrace,$name" | sed '/^$/d; /^=*$/d; /^Filter for statistics/d'
}

case $case in
one-pass)
    # The frame that ends a connection has its cause; those before it can't.
    expect "one pass" "$(roles -r "$nat")" "280${t}victim${t}zero-vc
304${t}victim${t}client-close"
    ;;
two-passes)
    expect "two passes" "$(roles -2 -r "$nat")" "278${t}culprit${t}zero-vc
279${t}evidence${t}zero-vc
280${t}victim${t}zero-vc
304${t}victim${t}client-close
305${t}evidence${t}client-close"
    ;;
reset-midway)
    # -M forgets everything every so many frames, and counts from 1 again.
    roles -M 200 -r "$nat" >"$SMBT_FOLDER/out" || { cat "$SMBT_FOLDER/errors"; exit 1; }
    wireshark tshark -n -M 50 -q -z expert -r "$SMBT_FOLDER/a2_three_clients.pcap" >"$SMBT_FOLDER/out"
    ;;
read-filter)
    # With -R, frames that don't pass share their numbers with others: nothing may be said of any of them.
    expect "-2 -R" "$(roles -2 -R 'tcp.flags.reset == 1 || smb' -r "$nat")" "1${t}${t}"
    expect "note" "$(wireshark tshark -n -2 -R smb -r "$nat" -Y smbtrace.expert.numbering -T fields -e frame.number)" 1
    ;;
bad-preferences)
    for preference in server_profile:windows-1984 client_profile:nobody set:server.zero_vc=perhaps set:rubbish ports:445,70000 \
        profiles:"$SMBT_FOLDER/none.ini"; do
        value=${preference#*:}
        got=$(wireshark tshark -n -2 -o "smbtrace.${preference%%:*}:$value" -r "$nat" -Y smbtrace.expert.preference \
            -T fields -e frame.number -e _ws.expert.message)
        case $got in
        1"$t"*"$(basename "$value")"* | 1"$t"*zero_vc* | 1"$t"*'"70000" is no TCP port'*) ;;
        *) expect "$preference" "$got" "a note on frame 1" ;;
        esac
        grep -q "smbtrace preferences: " "$SMBT_FOLDER/errors" || expect "$preference" "no warning" "a warning"
    done
    ;;
preferences)
    got=$(wireshark tshark -n -2 -o smbtrace.min_severity:error -r "$nat" -Y smbtrace -T fields -e frame.number)
    expect "min_severity" "$got" "278
279
280"
    got=$(roles -2 -o "smbtrace.set:server.zero_vc=off client.session_timeout=45s" -r "$nat" | grep -c zero-vc || :)
    expect "set" "$got" 0
    got=$(wireshark tshark -n -2 -o smbtrace.state:off -r "$nat" -Y smbtrace.state -T fields -e frame.number)
    expect "state off" "$got" ""
    got=$(wireshark tshark -n -2 -o smbtrace.state:findings -r "$nat" -Y smbtrace.state -T fields -e frame.number)
    expect "state at findings" "$got" "280
304"
    got=$(wireshark tshark -n -2 -o smbtrace.state:all -r "$nat" -Y 'smbtrace.state && frame.number < 278' \
        -T fields -e frame.number | wc -l)
    [ "$got" -gt 200 ] || expect "state everywhere" "$got frames" "more than 200"
    got=$(wireshark tshark -n -2 -o smbtrace.state:all -o smbtrace.state_mib:0 -r "$nat" \
        -Y smbtrace.expert.state-limit -T fields -e frame.number | wc -l)
    expect "no memory for states" "$got" 1
    ;;
ports)
    # The same preference as --port: a connection without a message is seen, or is not.
    silent=$SMBT_FOLDER/silent.pcap
    for ports in "" 4450-4459; do
        expect "ports $ports" "$(roles -2 -o "smbtrace.ports:$ports" -r "$silent")" ""
    done
    for ports in 4460 445,139,4460 "1, 4450 - 4460"; do
        expect "ports $ports" "$(roles -2 -o "smbtrace.ports:$ports" -r "$silent")" "1${t}evidence${t}unused-connection
15${t}victim${t}unused-connection"
    done
    ;;
export)
    # What is written for the victim has its culprit and its evidence with it, where tshark takes along what a frame
    # depends on: 4.0 does, 4.4 leaves out even the segments of a message that it put together.
    exported() {
        wireshark tshark -n -2 -r "$nat" -Y "$1" -w "$SMBT_FOLDER/home/out.pcapng" || { cat "$SMBT_FOLDER/errors"; exit 1; }
        wireshark tshark -n -r "$SMBT_FOLDER/home/out.pcapng" -T fields -e frame.len | tr '\n' ' '
    }
    want="286 352 54 "
    whole=$(wireshark tshark -n -2 -r "$nat" -Y tcp.segments -T fields -e frame.number | head -n 1)
    case $(exported "frame.number == $whole") in
    *\ *\ ) ;;
    *) want="54 " ;;
    esac
    expect "export" "$(exported 'smbtrace.role == "victim" && smbtrace.cause == "zero-vc"')" "$want"
    ;;
tables)
    # Ends are counted where they happened; what set them off and what speaks for them is not.
    expect "causes" "$(table causes -2 -r "$nat")" "SMBtrace Causes:
Cause |Variant |Severity |Ends |First frame |Last frame |
SMBtrace Causes
zero-vc-exposed |(observation) |warning |1 |278 |278 |
zero-vc |NAT collision |error |1 |280 |280 |
client-close |orderly |info |1 |304 |304 |"
    expect "hosts" "$(table hosts -2 -r "$nat")" "SMBtrace Hosts:
Address |Host |Connections |Told by |
SMBtrace Hosts
10.50.0.2 |ACCT-PC01 |1 |ntlm-workstation |
10.50.0.2 |FRONTDESK |1 |ntlm-workstation |"
    expect "timers, none" "$(table timers -2 -r "$nat")" "SMBtrace Timers:
Peer |Timer |Measured |Samples |Usual |Differs |
SMBtrace Timers
no clock of a server or client was measured |"
    idle=$SMBT_FOLDER/g_deadtime.pcap
    expect "causes, several ends" "$(table causes -2 -r "$idle")" "SMBtrace Causes:
Cause |Variant |Severity |Ends |First frame |Last frame |
SMBtrace Causes
server-idle |- |warning |3 |70 |72 |"
    expect "hosts, several addresses" "$(table hosts -2 -r "$idle")" "SMBtrace Hosts:
Address |Host |Connections |Told by |
SMBtrace Hosts
10.50.0.2 |WAREHOUSE3 |1 |ntlm-workstation |
10.50.0.2 |ACCT-PC01 |1 |ntlm-workstation |
10.50.0.2 |FRONTDESK |1 |ntlm-workstation |
10.50.0.41 |ENG-WS41 |1 |ntlm-workstation |"
    expect "timers" "$(table timers -2 -r "$idle")" "SMBtrace Timers:
Peer |Timer |Measured |Samples |Usual |Differs |
SMBtrace Timers
server 10.50.0.10 |autodisconnect |60.0 s |3 |7 d |yes |
client 10.50.0.2 WAREHOUSE3 |keep-conn |over 20.0 s |0 |10 min |no |"
    expect "causes, with a filter" "$(table 'causes,frame.number > 300' -2 -r "$nat" | tail -n +4)" \
        "client-close |orderly |info |1 |304 |304 |"
    # Nothing to show: a filter that nothing passes, frames without SMB, no frames at all.
    nothing="no SMB connection ended, and nothing was observed |"
    expect "causes, none pass" "$(table 'causes,frame.number > 306' -2 -r "$nat" | tail -n +4)" "$nothing"
    expect "without SMB" "$(wireshark tshark -n -2 -r "$nat" -Y 'frame.number == 306' -w "$SMBT_FOLDER/home/one.pcapng")" ""
    head -c 24 "$nat" >"$SMBT_FOLDER/home/empty.pcap"
    chmod a+r "$SMBT_FOLDER/home/empty.pcap"
    for empty in one.pcapng empty.pcap; do
        expect "causes of $empty" "$(table causes -2 -r "$SMBT_FOLDER/home/$empty" | tail -n +4)" "$nothing"
        expect "hosts of $empty" "$(table hosts -2 -r "$SMBT_FOLDER/home/$empty" | tail -n +4)" "no SMB connection was seen |"
        expect "timers of $empty" "$(table timers -2 -r "$SMBT_FOLDER/home/$empty" | tail -n +4)" \
            "no clock of a server or client was measured |"
    done
    for name in causes hosts timers; do
        expect "$name, turned off" "$(table $name -2 --disable-protocol smbtrace -r "$nat" | tail -n +4)" \
            "the protocol smbtrace is turned off (Analyze, Enabled Protocols) |"
    done
    ;;
tables-before-the-end)
    # In one pass nobody says when it is over: the tables say so.
    expect "causes" "$(table causes -r "$nat" | tail -n +4)" \
        "in one pass, by what was known at each frame: use tshark -2 for all of it |
zero-vc |hosts not told apart |error |1 |280 |280 |
client-close |orderly |info |1 |304 |304 |"
    for name in hosts timers; do
        expect "$name" "$(table $name -r "$nat" | tail -n +4)" \
            "not known before the capture was read: use tshark -2 |"
    done
    for name in causes hosts timers; do
        expect "$name, -2 -R" "$(table $name -2 -R smb -r "$nat" | tail -n +4)" \
            "frames have no numbers of their own: nothing is known (use -Y instead of -R) |"
    done
    ;;
all-layers)
    # What only Wireshark can decode says the same as what lies within, at the same frames, if the preference asks for it.
    said() {
        wireshark tshark -n "$@" -Y 'smbtrace && !(smbtrace.observation == "undecoded")' -T fields -e frame.number \
            -e smbtrace.role -e smbtrace.cause -e smbtrace.variant -e smbtrace.observation -e smbtrace.strength \
            -e smbtrace.delay -e smbtrace.host
    }
    wrapped=$SMBT_FOLDER/wrapped.pcap
    for capture in "$nat" "$SMBT_FOLDER/g_deadtime.pcap" "$SMBT_FOLDER/ipv6.pcap"; do
        whole=$(said -2 -r "$capture")
        pass=$(said -r "$capture")
        [ -n "$whole" ] || expect "$capture" "$whole" "findings"
        expect "$capture as it is" "$(said -2 -o smbtrace.all_layers:TRUE -r "$capture")" "$whole"
        for layer in gtp wifi radiotap erspan gtp-halves halves-gtp icmp icmpv6; do
            # The second of two is the outer one. Only IPv4 is halved.
            [ "$layer-${capture##*/}" != halves-gtp-ipv6.pcap ] || continue
            case $layer in
            radiotap | erspan | icmp) [ "$capture" = "$nat" ] || continue ;;
            *halves*) [ "${capture##*/}" != g_deadtime.pcap ] || continue ;;
            icmpv6) [ "${capture##*/}" = ipv6.pcap ] || continue ;;
            esac
            "$tools/plugin_wrap" ${layer%-*} <"$capture" >"$wrapped"
            case $layer in
            *-*)
                mv "$wrapped" "$wrapped.inner"
                "$tools/plugin_wrap" ${layer#*-} <"$wrapped.inner" >"$wrapped"
                ;;
            esac
            chmod a+r "$wrapped"
            case $layer in
            erspan) want=$whole ;; # smbtrace knows it too
            *) want='' ;;
            esac
            expect "$capture, $layer, not asked for" "$(said -2 -r "$wrapped")" "$want"
            # A filter that asks for the same fields changes nothing.
            [ $layer != gtp ] || expect "$capture, $layer, filtered" \
                "$(wireshark tshark -n -r "$wrapped" -Y '(ip || ipv6) && smbtrace.cause' -T fields -e frame.number)" ""
            case $layer in
            icmp*) want='' want_pass='' ;;
            *halves*)
                want=$(echo "$whole" | awk -F "$t" -v OFS="$t" '{ $1 *= 2 } 1')
                want_pass=$(echo "$pass" | awk -F "$t" -v OFS="$t" 'NF { $1 *= 2 } 1')
                ;;
            *) want=$whole want_pass=$pass ;;
            esac
            expect "$capture, $layer" "$(said -2 -o smbtrace.all_layers:TRUE -r "$wrapped")" "$want"
            expect "$capture, $layer, one pass" "$(said -o smbtrace.all_layers:TRUE -r "$wrapped")" "$want_pass"
        done
    done
    ;;
window)
    cp "$tools/plugin_window" "$SMBT_FOLDER/window"
    chmod a+rx "$SMBT_FOLDER/window"
    # With as many blocks as there are allocations: what is in use is counted to the last one.
    wireshark env G_SLICE=always-malloc WIRESHARK_DEBUG_WMEM_OVERRIDE=strict "$SMBT_FOLDER/window" \
        "$nat" "$SMBT_FOLDER/g_deadtime.pcap" || { cat "$SMBT_FOLDER/errors"; exit 1; }
    ;;
sharkd)
    # One session of a window without a window: files one after another, lists, links, the expert's list, preferences.
    idle=$SMBT_FOLDER/g_deadtime.pcap
    load() { say load "\"file\":\"$1\""; }
    say() { printf '{"jsonrpc":"2.0","id":%d,"method":"%s","params":{%s}}\n' $((n = n + 1)) "$1" "$2"; }
    # sharkd keeps what passed a filter from one file to the next: each time another filter that means the same.
    list() { say frames "\"filter\":\"smbtrace.cause && frame.number < 1000$n\",\"column0\":\"smbtrace.role:0\",\"column1\":\"smbtrace.cause:0\""; }
    n=0
    {
        load "$nat" && list                                                                    # 1, 2
        say frame '"frame":280,"proto":true' && say frame '"frame":278,"proto":true'           # 3, 4
        say tap '"tap0":"expert"'                                                              # 5
        load "$idle" && list                                                                   # 6, 7
        load "$nat" && list                                                                    # 8, 9
        say setconf '"name":"smbtrace.set","value":"server.zero_vc=off"' && load "$nat" && list # 10, 11, 12
        say setconf '"name":"smbtrace.set","value":""'                                         # 13
        for load in 1 2 3 4 5 6 7 8 9 10; do load "$nat" && list; done                         # 14 ... 33
        say bye ''
    } >"$SMBT_FOLDER/commands"
    wireshark sharkd - <"$SMBT_FOLDER/commands" >"$SMBT_FOLDER/answers" || { cat "$SMBT_FOLDER/errors"; exit 1; }
    answer() { grep "^{\"jsonrpc\":\"2.0\",\"id\":$1," "$SMBT_FOLDER/answers"; }
    listed() { answer "$1" | grep -o '"c":\[[^]]*\],"num":[0-9]*' | sed 's/"c":\["\(.*\)","\(.*\)"\],"num":\(.*\)/\3 \1 \2/'; }
    whole="278 culprit zero-vc
279 evidence zero-vc
280 victim zero-vc
304 victim client-close
305 evidence client-close"
    expect "first file" "$(listed 2)" "$whole"
    linked() { answer "$1" | grep -o "\"fnum\":[0-9]*,\"f\":\"smbtrace.$2 == " | grep -o '"fnum":[0-9]*'; }
    expect "from victim to culprit" "$(linked 3 culprit)" '"fnum":278'
    expect "from culprit to victim" "$(linked 4 victim)" '"fnum":280'
    expect "expert" "$(answer 5 | grep -o '{"f":[0-9]*,"s":"[A-Za-z]*","g":"[A-Za-z]*","m":"[a-z-]*' | sed -n 's/{"f":280,"s":"\(Error\)".*"m":"/\1 /p')" \
        "Error zero-vc"
    expect "second file" "$(listed 7 | cut -d ' ' -f 2,3 | sort -u)" "culprit server-idle
evidence server-idle
victim server-idle"
    expect "first file again" "$(listed 9)" "$whole"
    expect "another profile" "$(listed 12)" "267 evidence server-close
280 victim server-close
304 victim client-close
305 evidence client-close"
    for load in 15 17 19 21 23 25 27 29 31 33; do expect "load $load" "$(listed $load)" "$whole"; done
    ;;
pipe)
    # A capture that grows: what ended a connection is said before the rest of the file is there.
    mkfifo "$SMBT_FOLDER/fifo"
    chmod a+r "$SMBT_FOLDER/fifo"
    whole="280${t}victim${t}zero-vc
304${t}victim${t}client-close"
    size=$(wc -c <"$nat")
    later=1500 # bytes: some frames behind the reset, the second end among them
    { roles -l -r "$SMBT_FOLDER/fifo" >"$SMBT_FOLDER/said" || cat "$SMBT_FOLDER/errors" >&2; } &
    exec 3>"$SMBT_FOLDER/fifo"
    head -c $((size - later)) "$nat" >&3
    waits=0
    until grep -q "^280" "$SMBT_FOLDER/said" || [ $waits = 600 ]; do
        sleep 0.1
        waits=$((waits + 1))
    done
    expect "before the end" "$(cat "$SMBT_FOLDER/said")" "280${t}victim${t}zero-vc"
    tail -c $later "$nat" >&3
    exec 3>&-
    wait
    expect "at the end" "$(cat "$SMBT_FOLDER/said")" "$whole"
    expect "standard input" "$(roles -r - <"$nat")" "$whole"
    # Through dumpcap, where this user may run it.
    if $SMBT_AS_USER dumpcap -v >/dev/null 2>&1; then
        expect "captured" "$(roles -l -i - <"$nat")" "$whole"
    fi
    ;;
user)
    # In a home, from which Wireshark itself loads it.
    home=$SMBT_FOLDER/home
    user uninstall && expect "uninstall before install" 0 1
    expect "uninstall before install" "$(wc -l <"$SMBT_FOLDER/errors")" 1
    user install >"$SMBT_FOLDER/said"
    expect "loaded" "$(wireshark env -u WIRESHARK_PLUGIN_DIR tshark -G plugins | sed -n 's/^smbtrace\.so.*\t//p')" \
        "$home/.local/lib/wireshark/plugins/$version/epan/smbtrace.so"
    echo moved >>"$home/.config/wireshark/profiles/SMBtrace/recent"
    user uninstall >"$SMBT_FOLDER/said"
    expect "left behind" "$(find "$home" ! -type d)" ""
    expect "left behind" "$(find "$home" -path '*wireshark/*')" ""
    user install >"$SMBT_FOLDER/said"
    echo "# mine" >>"$home/.config/wireshark/profiles/SMBtrace/preferences"
    user uninstall >"$SMBT_FOLDER/said"
    expect "what was changed" "$(tail -n 1 "$home/.config/wireshark/profiles/SMBtrace/preferences")" "# mine"
    expect "and the plugin" "$(find "$home" -name smbtrace.so)" ""
    ;;
profile)
    # Wireshark says on its standard error what it dislikes in a profile.
    for run in 1 2; do
        user install >"$SMBT_FOLDER/said" || { cat "$SMBT_FOLDER/errors"; exit 1; }
        rm -r "$SMBT_FOLDER/home/.local" # Wireshark dislikes two copies of a plugin
        [ $run = 2 ] || echo "# mine" >>"$SMBT_FOLDER/home/.config/wireshark/profiles/SMBtrace/preferences"
    done
    expect "a profile that is there" "$(tail -n 1 "$SMBT_FOLDER/home/.config/wireshark/profiles/SMBtrace/preferences")" \
        "# mine"
    with_profile() {
        wireshark tshark -n -2 -C SMBtrace -r "$nat" "$@" || expect "$*" "$(cat "$SMBT_FOLDER/errors")" "no error"
        expect "complaints for $*" "$(cat "$SMBT_FOLDER/errors")" ""
    }
    got=$(with_profile -T tabs -Y 'frame.number == 280')
    case $got in
    *280"$t"*"${t}zero-vc$t"*"RST"*"$t"*"VcNumber"*) ;;
    *) expect "columns" "$got" "cause, info and summary" ;;
    esac
    got=$(with_profile --color -T fields -e frame.number -e frame.coloring_rule.name -Y 'frame.number in {278..280}')
    expect "colours" "$got" "278${t}SMBtrace: set off an end, error
279${t}SMBtrace: evidence
280${t}SMBtrace: ended a connection, error"
    sed -n 's/^"[^"]*" //p' "$SMBT_FOLDER/SMBtrace/dfilters" >"$SMBT_FOLDER/filters"
    sed -n 's/^"TRUE","[^"]*","\([^"]*\)".*/\1/p' "$SMBT_FOLDER/SMBtrace/dfilter_buttons" | sed 's/\\x22/"/g' \
        >>"$SMBT_FOLDER/filters"
    echo '${smbt_cause:zero-vc} || ${smbt_host:X} || ${smbt_frame:280}' >>"$SMBT_FOLDER/filters"
    while read -r filter; do
        with_profile -Y "$filter" >"$SMBT_FOLDER/out" </dev/null
    done <"$SMBT_FOLDER/filters"
    expect "filters" "$(wc -l <"$SMBT_FOLDER/filters")" 19
    expect "the last one" "$(cut -c 1-5 "$SMBT_FOLDER/out" | tr -d ' ' | tr '\n' ' ')" "278 279 280 "
    ;;
fuzz)
    # As Wireshark's own fuzz tests: errors in the bytes, always the same ones; none may end tshark.
    "$tools/plugin_wrap" gtp <"$nat" >"$SMBT_FOLDER/gtp.pcap"
    for seed in 1 2 3 4 5; do
        for capture in a1_nat_zero_vc.pcap a2_three_clients.pcap g_deadtime.pcap gtp.pcap; do
            editcap -E 0.02 --seed $seed "$SMBT_FOLDER/$capture" "$SMBT_FOLDER/fuzzed.pcap" 2>/dev/null
            chmod a+r "$SMBT_FOLDER/fuzzed.pcap"
            wireshark tshark -n -2 -o smbtrace.state:all -o smbtrace.all_layers:TRUE -r "$SMBT_FOLDER/fuzzed.pcap" -V \
                -z smbtrace,causes -z smbtrace,hosts -z smbtrace,timers >/dev/null || {
                echo "seed $seed of $capture: status $?"
                cat "$SMBT_FOLDER/errors"
                exit 1
            }
        done
    done
    ;;
*)
    echo "no such case: $case"
    exit 1
    ;;
esac
