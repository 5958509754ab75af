: | "$CHECK" -
