# A patient for --doctor: a false tshark of version 4.0 in $PWD/bin, a home, folders of plugins. Sourced by cases.
# SPDX-License-Identifier: GPL-2.0-or-later

personal=home/.local/lib/wireshark/plugins/4.0/epan
stubs=$(dirname "$TO_PCAPNG")
mkdir -p bin home/.config/wireshark global/4.0/epan $personal

# As the real one: lists the plugin that the case says it has loaded, and breaks off where the case says so.
cat >bin/tshark <<EOF
#!/bin/sh
at=$PWD
EOF
cat >>bin/tshark <<'EOF'
[ ! -e "$at/breaks" ] || [ "$HOME" = /nonexistent ] || exit 135
case $1$2 in
--version) echo "TShark (Wireshark) 4.0.17 (Git v4.0.17 packaged as 4.0.17-0)" ;;
-Gfolders)
    echo "Personal configuration: $at/home/.config/wireshark"
    echo "Global configuration:   $at/share"
    echo "Personal Plugins:       $at/home/.local/lib/wireshark/plugins/4.0"
    echo "Global Plugins:         $at/global/4.0" ;;
-Gplugins)
    while read -r path; do printf 'smbtrace.so \t0.1.0\tdissector\t%s\n' "$at/$path"; done <"$at/listed" ;;
esac
EOF
chmod +x bin/tshark
: >listed

# plugin VERSION FOLDER
plugin() {
    mkdir -p "$2" && cp "$stubs/plugin_for_$1.so" "$2/smbtrace.so"
}

# What the doctor says to an ordinary user, with this folder's path as DIR.
doctor() {
    cp "$CHECK" bin/check
    as_user=
    if [ "$(id -u)" = 0 ]; then
        chmod -R a+rX ..
        as_user="setpriv --reuid 65534 --regid 65534 --clear-groups"
    fi
    $as_user env -u WIRESHARK_PLUGIN_DIR -u XDG_CONFIG_HOME HOME="$PWD/home" PATH="$PWD/bin" LC_ALL=C.UTF-8 \
        "$PWD/bin/check" --doctor >said
    status=$?
    sed "s#$PWD#DIR#g" said
    return $status
}
