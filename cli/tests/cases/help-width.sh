# --help is no wider than 80 columns and no longer than 50 lines; where there is less room, meanings have lines of their own.
"$CHECK" --help >help
awk 'length($0) > 80' help
[ $(wc -l <help) -le 50 ] && echo "fits a screen"
COLUMNS=200 "$CHECK" --help | cmp - help
COLUMNS=60 "$CHECK" --help >narrow
awk 'length($0) > 60' narrow
tr -s ' \n' '\n\n' <help >words
tr -s ' \n' '\n\n' <narrow | cmp - words && echo "the same words"
COLUMNS=60 "$CHECK" -h | sed -n '6,12p'
