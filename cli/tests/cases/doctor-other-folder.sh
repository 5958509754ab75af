. "$(dirname "$CAPTURES")/doctor.sh"
plugin 4_4 home/.local/lib/wireshark/plugins/4.4/epan
doctor
