# By Crypto-PAn's own sample key 128.11.68.132 and 129.118.74.4 become 135.242.180.132 and 134.136.186.123: here too, but for the first
# bits, which tell private networks. A handshake and a reset in raw IP.
printf '\025\042\027\215\063\244\317\200\023\012\133\026\111\220\175\020\330\230\217\203\171\171\145\047\142\127\114\055\052\204\042\002' >key
client='\200\013\104\204' server='\201\166\112\004' # 128.11.68.132, 129.118.74.4
segment() { # FROM TO PORTS SEQ ACK FLAGS
    printf '\001\000\000\000\000\000\000\000\050\000\000\000\050\000\000\000'
    printf "\\105\\000\\000\\050\\000\\001\\100\\000\\100\\006\\000\\000$1$2$3"
    printf "\\000\\000\\000$4\\000\\000\\000$5\\120$6\\377\\377\\000\\000\\000\\000"
}
{
    printf '\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\000\000\004\000\145\000\000\000'
    segment "$client" "$server" '\004\000\001\275' '\001' '\000' '\002'
    segment "$server" "$client" '\001\275\004\000' '\011' '\002' '\022'
    segment "$client" "$server" '\004\000\001\275' '\002' '\012' '\020'
    segment "$client" "$server" '\004\000\001\275' '\002' '\012' '\024'
} >sample.pcap
"$CHECK" --anonymize-key key -f json --min-severity info sample.pcap | grep -o '"ip": "[^"]*"' | sort -u
