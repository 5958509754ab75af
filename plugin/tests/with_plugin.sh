#!/bin/sh
# with_plugin.sh MODULE VERSION COMMAND...: runs the command with SMBT_FOLDER naming a folder that anyone may read,
# and with SMBT_AS_USER holding the words that go in front of a program of Wireshark's for it to load the plugin
# MODULE: Wireshark ignores plugins when root runs it.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
module=$1 version=$2
shift 2
SMBT_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/smbtrace-plugin.XXXXXX")
trap 'rm -rf "$SMBT_FOLDER"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$SMBT_FOLDER/plugins/$version/epan" "$SMBT_FOLDER/home"
cp "$module" "$SMBT_FOLDER/plugins/$version/epan/"
chmod -R a+rX "$SMBT_FOLDER"
SMBT_AS_USER=
if [ "$(id -u)" = 0 ]; then
    chown 65534:65534 "$SMBT_FOLDER/home"
    SMBT_AS_USER="setpriv --reuid 65534 --regid 65534 --clear-groups"
fi
SMBT_AS_USER="$SMBT_AS_USER env HOME=$SMBT_FOLDER/home LC_ALL=C.UTF-8 TZ=UTC WIRESHARK_PLUGIN_DIR=$SMBT_FOLDER/plugins"
export SMBT_FOLDER SMBT_AS_USER
"$@"
