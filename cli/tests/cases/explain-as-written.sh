# A topic by the names that people have for it.
for id in zero-vc zero_vc "Zero VC" ZERO-VC nat-collision "NAT collision" same_host; do
    "$CHECK" --explain "$id" | head -n 1
done
for id in ping-pong "Ping pong" orderly retransmission session_timeout; do "$CHECK" --explain "$id" | head -n 1; done
