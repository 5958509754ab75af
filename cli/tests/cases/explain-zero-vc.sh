"$CHECK" --explain zero-vc
