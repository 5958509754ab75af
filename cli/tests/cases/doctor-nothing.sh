. "$(dirname "$CAPTURES")/doctor.sh"
doctor
