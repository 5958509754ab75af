# What was nearly right is named; what was not gets one line too.
try() { "$CHECK" "$@" x.pcap; echo "$?" >>statuses; }
for option in --formt --jon --anonymise --explan=zero-vc --expain --expalin --minseverity --outptu --what_if --json --sum --xyzzy; do try $option; done
try --profile server=windows-203
try --profile client=nonesuch
try --set server.autodisconect=30min
try --set server.session_timeout=30s
try --set server.zero-vc=off
try --set zero_vc=off
try --set nonesuch=off
try --what-if client.keep_con=5min
printf '[server x]\nzero_vcc = on\n' >x.ini
try --profiles x.ini
for id in server-idel windows-203 nat-colision sesion-timeout ping-ping zerovc serveridle; do try --explain "$id"; done
sort statuses | uniq -c | sed 's/^ *//'
