. "$(dirname "$CAPTURES")/doctor.sh"
# Wireshark itself breaks off when it meets such a file.
head -c 3000 "$stubs/plugin_for_4_0.so" >$personal/smbtrace.so
touch breaks
doctor
