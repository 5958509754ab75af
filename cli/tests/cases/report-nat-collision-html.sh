lab a1_nat_zero_vc
"$CHECK" -f html a1_nat_zero_vc.pcap missing.pcap 2>/dev/null | sed '/^<style>$/,/^<\/style>$/d'
