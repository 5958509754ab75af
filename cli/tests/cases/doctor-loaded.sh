. "$(dirname "$CAPTURES")/doctor.sh"
plugin 4_0 $personal
echo $personal/smbtrace.so >listed
doctor
