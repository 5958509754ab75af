for value in 10s 65535s off 1.5min; do "$CHECK" --set client.session_timeout=$value --list formats >/dev/null; echo $?; done
for value in 9s 65536s 45 45sec OFF; do "$CHECK" --set client.session_timeout=$value --list formats; echo $?; done
"$CHECK" --set server.session_timeout=45s --list formats; echo $?
"$CHECK" --set server.raw_mode=reset --list formats; echo $?
