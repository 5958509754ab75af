# What is set on the command line is what is explained.
"$CHECK" --set server.autodisconnect=off --list timers | grep autodisconnect
"$CHECK" --set client.session_timeout=45s --explain sesstimeout | sed -n '/^Its value/,/^$/p'
