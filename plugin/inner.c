/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inner.h"

#define LINKTYPE_RAW 101

static dissector_handle_t postdissector;
static bool is_wanted;
static int protocols[2]; /* IPv4 and IPv6 */

void smbt_inner_register(dissector_handle_t handle)
{
    postdissector = handle;
}

void smbt_inner_want(bool wanted)
{
    GArray *fields = NULL;
    is_wanted = wanted;
    if (wanted) {
        protocols[0] = proto_get_id_by_filter_name("ip");
        protocols[1] = proto_get_id_by_filter_name("ipv6");
        fields = g_array_new(FALSE, FALSE, sizeof *protocols);
        g_array_append_vals(fields, protocols, G_N_ELEMENTS(protocols));
    }
    set_postdissector_wanted_hfids(postdissector, fields); /* and gives it the array */
}

static bool is_quoted(const packet_info *pinfo)
{
    return proto_is_frame_protocol(pinfo->layers, "icmp") || proto_is_frame_protocol(pinfo->layers, "icmpv6");
}

/* The header that was dissected last; NULL: none. */
static const field_info *innermost(proto_tree *tree)
{
    const field_info *last = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(protocols); i++) {
        const GPtrArray *found = proto_get_finfo_ptr_array(tree, protocols[i]);
        if (!found || found->len == 0) continue;
        const field_info *header = found->pdata[found->len - 1];
        if (!last || header->total_layer_num > last->total_layer_num) last = header;
    }
    return last;
}

/* False: none of its bytes was captured. */
static bool packet_at(const field_info *header, const smbt_frame *frame, smbt_frame *ret_packet)
{
    tvbuff_t *bytes = header->ds_tvb;
    if (!bytes || !tvb_offset_exists(bytes, header->start)) return false;
    int captured = tvb_captured_length_remaining(bytes, header->start);
    *ret_packet = (smbt_frame){.number = frame->number,
                               .time = frame->time,
                               .linktype = LINKTYPE_RAW,
                               .caplen = (uint32_t)captured,
                               .len = (uint32_t)tvb_reported_length_remaining(bytes, header->start),
                               .data = tvb_get_ptr(bytes, header->start, captured)};
    return true;
}

void smbt_inner_find(packet_info *pinfo, proto_tree *tree, smbt_frame *frame)
{
    smbt_frame packet;
    if (!is_wanted || !tree || smbt_frame_has_tcp(frame) || is_quoted(pinfo)) return;
    const field_info *header = innermost(tree);
    if (header && packet_at(header, frame, &packet) && smbt_frame_has_tcp(&packet)) *frame = packet;
}
