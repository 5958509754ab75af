"$CHECK" --list causes >/dev/full
