/* Frames whose outer layers only Wireshark can decode: the IP packet within them, as Wireshark found it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PLUGIN_INNER_H
#define SMBTRACE_PLUGIN_INNER_H

#include "ws_compat.h"

#include <smbtrace/smbtrace.h>

void smbt_inner_register(dissector_handle_t handle);

/* Whether Wireshark is to keep what smbt_inner_find needs, which costs time at each frame. Call before frames
 * of a file are dissected for the first time. */
void smbt_inner_want(bool wanted);

/* Puts the innermost IP packet into *frame where the engine could not follow the frame as it is and can
 * follow that. Of a packet that an ICMP error quotes nothing is taken, and of several side by side only the
 * last. In the first pass only. */
void smbt_inner_find(packet_info *pinfo, proto_tree *tree, smbt_frame *frame);

#endif
