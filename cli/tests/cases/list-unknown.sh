"$CHECK" --list nonesuch; echo $?
"$CHECK" --list timers; echo $?
