. "$(dirname "$CAPTURES")/doctor.sh"
echo text >$personal/smbtrace.so
doctor
