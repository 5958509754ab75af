/* What the file of a Wireshark plugin says of itself, read without loading it: loading would run its code,
 * and needs the very Wireshark whose absence may be the fault.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_PLUGIN_FILE_H
#define SMBT_CLI_PLUGIN_FILE_H

#include <glib.h>
#include <stdbool.h>

struct plugin_file {
    char *version;    /* of the plugin itself; NULL: it does not say */
    int major, minor; /* of the Wireshark it was built for */
};

/* Fills `ret_file`; plugin_file_clear afterwards. false, with the reason in `ret_why` (static), when this is
 * no plugin that a Wireshark on this machine could load; nothing is to be cleared then. */
bool plugin_file_read(const char *path, struct plugin_file *ret_file, const char **ret_why);
void plugin_file_clear(struct plugin_file *file);

#endif
