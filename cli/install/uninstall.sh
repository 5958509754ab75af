#!/bin/sh
# uninstall.sh BUILD: removes what `cmake --install` has put anywhere from that build folder, and the folders that it made
# there, unless others use them too.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
files=$1/installed_files.txt
folders=$1/installed_folders.txt
if [ ! -e "$files" ]; then
    echo "uninstall: nothing was installed from $1, or all of it was removed; cmake --install $1 installs" >&2
    exit 1
fi
sort -u "$files" | while IFS= read -r file; do
    if [ -e "$file" ] || [ -L "$file" ]; then
        rm -f "$file" 2>/dev/null || { echo "uninstall: $file: cannot be removed; run as the user who installed it" >&2; exit 1; }
        echo "removed $file"
    else
        echo "gone already: $file"
    fi
done
[ ! -e "$folders" ] || sort -ru "$folders" | while IFS= read -r folder; do
    rmdir "$folder" 2>/dev/null && echo "removed $folder" || true
done
rm -f "$files" "$folders"
