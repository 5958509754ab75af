#!/bin/sh
# user.sh install|uninstall PLUGIN VERSION PROFILE: the plugin for Wireshark VERSION and the profile, in the home of the one who
# calls. Folders are of Wireshark's own choosing. A profile that was changed since it was installed stays.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
action=$1 plugin=$2 version=$3 profile=$4
if [ -z "${HOME:-}" ]; then
    echo "$action-plugin-user: HOME is not set; set it to the folder of the user" >&2
    exit 1
fi
plugins=$HOME/.local/lib/wireshark/plugins
target=$plugins/$version/epan/smbtrace.so
profiles=${XDG_CONFIG_HOME:-$HOME/.config}/wireshark/profiles
copy=$profiles/$(basename "$profile")

# Wireshark itself keeps there where its windows were.
is_unchanged() {
    diff -rq -x recent "$profile" "$copy" >/dev/null
}

install_both() {
    mkdir -p "${target%/*}"
    cp "$plugin" "$target"
    echo "The plugin is $target"
    if [ -e "$copy" ] || [ -L "$copy" ]; then
        echo "The profile $copy is there already and stays as it is"
    else
        mkdir -p "$profiles"
        cp -R "$profile" "$profiles"
        echo "The profile is $copy"
    fi
}

uninstall_both() {
    if [ ! -e "$target" ] && [ ! -L "$target" ] && [ ! -e "$copy" ]; then
        echo "uninstall-plugin-user: $target is not there, nor is the profile; is it installed for this user?" >&2
        exit 1
    fi
    rm -f "$target"
    echo "removed $target"
    for folder in "$plugins/$version/epan" "$plugins/$version" "$plugins" "${plugins%/*}"; do
        rmdir "$folder" 2>/dev/null || break
    done
    [ -e "$copy" ] || return 0
    if [ ! -L "$copy" ] && is_unchanged; then
        rm -r "$copy"
        echo "removed $copy"
        rmdir "$profiles" 2>/dev/null || true
    else
        echo "The profile $copy was changed and stays"
    fi
}

case $action in
install) install_both ;;
uninstall) uninstall_both ;;
esac
