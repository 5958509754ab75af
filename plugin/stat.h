/* Tables of the menu Statistics (tshark -z smbtrace,causes and so on), and the conversation filter "SMB
 * incident".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PLUGIN_STAT_H
#define SMBTRACE_PLUGIN_STAT_H

/* Call after the protocol and its tap were registered. */
void smbt_stat_register(void);

#endif
