. "$(dirname "$CAPTURES")/doctor.sh"
plugin 4_0 global/4.0/epan
plugin 4_0 $personal
echo global/4.0/epan/smbtrace.so >listed
doctor
