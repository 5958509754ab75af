/* The text of --help, laid out for the width there is. SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_HELP_H
#define SMBT_CLI_HELP_H

/* Lays out what GLib made of the options. The caller frees with g_free. */
char *help_lay_out(const char *text, unsigned width);

#endif
