. "$(dirname "$CAPTURES")/doctor.sh"
plugin 4_4 $personal
doctor
