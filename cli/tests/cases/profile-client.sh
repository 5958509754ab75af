"$CHECK" --profile client=windows-xp --list formats >/dev/null; echo $?
"$CHECK" --profile client=auto --list formats >/dev/null; echo $?
"$CHECK" --profile client=samba --list formats; echo $?
