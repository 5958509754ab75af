/* Findings as items of Wireshark's tree, expert infos and tap items.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PLUGIN_PAINT_H
#define SMBTRACE_PLUGIN_PAINT_H

#include "ws_compat.h"

void smbt_paint_register(int proto);

/* Everything that is known of this frame. May be called any number of times; `tree` may be NULL. */
void smbt_paint_frame(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
