"$CHECK" --list formats
