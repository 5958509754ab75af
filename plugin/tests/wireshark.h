/* Wireshark's programs with the plugin, for tests that with_plugin.sh runs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PLUGIN_TESTS_WIRESHARK_H
#define SMBTRACE_PLUGIN_TESTS_WIRESHARK_H

#include <glib.h>

/* A copy of the capture that everyone may read; the caller removes the file and frees the name. */
char *wireshark_lend(const char *capture);

/* The words of a command line, each but the last one split at blanks: "tshark -2 -r" and a path, ended by
 * NULL, as an array for g_spawn. The caller frees with g_strfreev. */
char **wireshark_command(const char *words, const char *path);

/* What the program wrote to its standard output, and to its standard error where `ret_errors` is not NULL.
 * Ends the test when it was killed by a signal; another failure too unless `may_fail`. */
char *wireshark_run(char **command, gboolean may_fail, char **ret_errors);

/* One role of a frame in a finding, as the tree shows it: "280 victim zero-vc nat-collision error likely ..."
 */
GPtrArray *wireshark_findings(const char *pdml);

#endif
