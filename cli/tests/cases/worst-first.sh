# Findings come as verdicts are reached; text, HTML and Markdown show the worst first, then by time. JSON keeps them as they come.
lab a1_nat_zero_vc server.pcap
lab a1_nat_zero_vc.clientB b.pcap
set -- --min-severity info --join server.pcap b.pcap
"$CHECK" -f ndjson "$@" | sed -n 's/.*"type": "\(end\|observation\)".*"severity": "\([a-z]*\)".*/\1 \2/p'
"$CHECK" "$@" | grep '^[✗!•i] '
"$CHECK" -v "$@" | grep '^[✗!•i] '
"$CHECK" -f html "$@" | grep -o '<details class="finding [a-z]*'
"$CHECK" -f markdown "$@" | grep '^###'
