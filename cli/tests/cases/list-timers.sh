"$CHECK" --list timers
