/* The Wireshark plugin: a post-dissector "smbtrace" that says at a packet why it ended a connection, and at
 * another one that it set that off.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "feed.h"
#include "fields.h"
#include "inner.h"
#include "paint.h"
#include "prefs.h"
#include "stat.h"
#include "ws_compat.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = SMBTRACE_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    smbt_feed_frame(tvb, pinfo, tree);
    smbt_paint_frame(tvb, pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

static void register_protocol(void)
{
    int proto = proto_register_protocol("smbtrace: why SMB connections end", "smbtrace", "smbtrace");
    smbt_fields_register(proto);
    smbt_paint_register(proto);
    smbt_prefs_register(proto);
    smbt_feed_register(proto);
    smbt_stat_register();
    dissector_handle_t handle = create_dissector_handle(dissect, proto);
    register_postdissector(handle);
    smbt_inner_register(handle);
}

WS_DLL_PUBLIC_DEF void plugin_register(void)
{
    static proto_plugin plugin = {.register_protoinfo = register_protocol};
    proto_register_plugin(&plugin);
}

/* Asked for by Wireshark 4.4 and later. */
WS_DLL_PUBLIC_DEF uint32_t plugin_describe(void)
{
    return SMBT_WS_PLUGIN_DISSECTOR;
}
