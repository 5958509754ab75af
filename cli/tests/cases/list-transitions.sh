"$CHECK" --list transitions
