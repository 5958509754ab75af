# By its id, its key, its registry value and its option in smb.conf.
"$CHECK" --explain session-timeout
for name in session_timeout SESSTIMEOUT Autodisconnect deadtime; do
    "$CHECK" --explain $name | head -1
done
