"$CHECK" --list schema >printed; echo $?
cmp printed "$LAB/../../analyzer/report/smbtrace-1.schema.json" && grep '"title"' printed
