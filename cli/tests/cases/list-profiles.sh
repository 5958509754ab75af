"$CHECK" --list profiles
