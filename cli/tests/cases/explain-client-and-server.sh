# One name, both sides.
"$CHECK" --explain windows-nt4
