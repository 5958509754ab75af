/* Preferences of the plugin, and the engine's configuration made from them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PLUGIN_PREFS_H
#define SMBTRACE_PLUGIN_PREFS_H

#include <smbtrace/smbtrace.h>

/* Where the state of a connection is shown. */
enum smbt_prefs_state { SMBT_PREFS_STATE_OFF, SMBT_PREFS_STATE_FINDINGS, SMBT_PREFS_STATE_ALL };

void smbt_prefs_register(int proto);

enum smbt_severity smbt_prefs_min_severity(void);
enum smbt_prefs_state smbt_prefs_state(void);
bool smbt_prefs_all_layers(void);    /* frames that only Wireshark can decode are followed too */
size_t smbt_prefs_state_bytes(void); /* that states may take, when they are shown at every frame */

/* A configuration of the preferences as they are now. Those that make no sense are left out, and named in
 * `problems` (of char *, owned by the array). The caller frees. */
smbt_config *smbt_prefs_config(GPtrArray *problems);

#endif
