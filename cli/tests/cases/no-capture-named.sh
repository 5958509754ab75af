# Options that need a capture, and no capture.
"$CHECK" --ticket t.zip; echo $?
"$CHECK" --annotate t.pcapng; echo $?
"$CHECK"; echo $?
"$CHECK" -v; echo $?
ls
