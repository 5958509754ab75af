. "$(dirname "$CAPTURES")/doctor.sh"
rm bin/tshark
doctor
