"$CHECK" --list nonesuch; echo $?
