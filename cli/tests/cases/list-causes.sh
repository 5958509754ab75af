"$CHECK" --list causes
