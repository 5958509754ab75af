. "$(dirname "$CAPTURES")/doctor.sh"
plugin 4_0 home/.local/lib/wireshark/plugins/4.0
doctor
