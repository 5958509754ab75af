"$CHECK" --explain nonesuch
