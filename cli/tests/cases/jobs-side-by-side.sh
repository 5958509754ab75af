# Captures that name the same machines, read by several threads at once: each time the same report. What a thread
# shares with others by mistake shows in some runs only, so there are many.
"$CHECK" -f ndjson -j 1 "$LAB" >alone 2>errors
for run in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    "$CHECK" -f ndjson -j 8 "$LAB" >together 2>errors
    [ $? = 1 ] && cmp alone together || { echo "run $run differs"; head -c 300 errors together; }
done
