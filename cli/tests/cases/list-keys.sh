# Whatever --set takes, with the values that each key can have: each can be given.
"$CHECK" --list keys >keys
sed -n '1,2p; /autodisconnect =/,/^[a-z]/p' keys
lab a1_nat_zero_vc a1.pcap
sed -n 's/^\([a-z]*\.[a-z0-9_]*\) = /\1 /p' keys | tr -d , | while read -r key values; do
    [ "$values" ] || echo "$key has no values"
    for value in $values; do "$CHECK" -q --set "$key=$value" a1.pcap; [ $? -le 1 ] || echo "$key=$value refused"; done
done
