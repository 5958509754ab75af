/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/reason.h"

#include <smbtrace/smbtrace.h>

/* Formats for the row's number, which most leave out. */
static const char *const reason_texts[] = {
    [SMBT_REASON_LINK_TYPE] = "link type %u",
    [SMBT_REASON_LINK_MALFORMED] = "malformed link header",
    [SMBT_REASON_LOOPBACK_FAMILY] = "loopback address family %u",
    [SMBT_REASON_ETHERTYPE] = "ethertype 0x%04x",
    [SMBT_REASON_LLC_SAP] = "LLC SAP 0x%02x",
    [SMBT_REASON_SNAP_OUI] = "SNAP organisation 0x%06x",
    [SMBT_REASON_PPP_PROTOCOL] = "PPP protocol 0x%04x",
    [SMBT_REASON_MACSEC] = "MACsec (encrypted)",
    [SMBT_REASON_MPLS_PAYLOAD] = "MPLS payload of unknown kind",
    [SMBT_REASON_IP_VERSION] = "IP version %u",
    [SMBT_REASON_IPV4_MALFORMED] = "malformed IPv4 header",
    [SMBT_REASON_IPV6_MALFORMED] = "malformed IPv6 header",
    [SMBT_REASON_FRAGMENT_MALFORMED] = "malformed IP fragment",
    [SMBT_REASON_IP_PROTOCOL] = "IP protocol %u",
    [SMBT_REASON_ESP] = "ESP (encrypted)",
    [SMBT_REASON_AH_MALFORMED] = "malformed AH header",
    [SMBT_REASON_GRE_MALFORMED] = "malformed GRE header",
    [SMBT_REASON_GRE_VERSION] = "GRE version %u",
    [SMBT_REASON_GRE_ROUTING] = "GRE with source routes",
    [SMBT_REASON_GRE_PROTOCOL] = "GRE protocol 0x%04x",
    [SMBT_REASON_ERSPAN] = "ERSPAN of unknown kind",
    [SMBT_REASON_UDP_MALFORMED] = "malformed UDP header",
    [SMBT_REASON_VXLAN_MALFORMED] = "malformed VXLAN header",
    [SMBT_REASON_GENEVE_MALFORMED] = "malformed Geneve header",
    [SMBT_REASON_TOO_DEEP] = "tunnels nested too deep",
    [SMBT_REASON_TCP_MALFORMED] = "malformed TCP header",
};
_Static_assert(G_N_ELEMENTS(reason_texts) == SMBT_REASON_MAX, "every reason has its text");

static unsigned find_row(smbt_reason_counts *counts, enum smbt_reason reason, uint32_t number)
{
    for (unsigned i = 0; i < counts->used; i++)
        if (counts->rows[i].reason == reason && counts->rows[i].number == number) return i;
    if (counts->used == SMBT_REASON_ROWS) return SMBT_REASON_ROWS;
    unsigned i = counts->used++;
    counts->rows[i] = (smbt_reason_row){.reason = reason, .number = number};
    return i;
}

void smbt_reason_count(smbt_reason_counts *counts, enum smbt_reason reason, uint32_t number, uint64_t frame,
                       smbt_time time)
{
    smbt_reason_row *row = &counts->rows[counts->last];
    if (counts->last >= counts->used || row->reason != reason || row->number != number) {
        counts->last = find_row(counts, reason, number);
        row = &counts->rows[counts->last];
    }
    if (row->frames++ == 0) {
        row->first_frame = frame;
        row->first_time = time;
    }
    counts->frames++;
}

static void clear_undecoded(void *data)
{
    smbt_undecoded *row = data;
    g_free((char *)row->reason);
}

static int compare_undecoded(const void *a, const void *b)
{
    const smbt_undecoded *x = a, *y = b;
    if (x->frames != y->frames) return x->frames > y->frames ? -1 : 1;
    return x->first_frame < y->first_frame ? -1 : x->first_frame > y->first_frame;
}

GArray *smbt_reason_table(const smbt_reason_counts *counts)
{
    GArray *table = g_array_new(FALSE, FALSE, sizeof(smbt_undecoded));
    g_array_set_clear_func(table, clear_undecoded);
    for (unsigned i = 0; i <= SMBT_REASON_ROWS; i++) {
        const smbt_reason_row *row = &counts->rows[i];
        if (!row->frames) continue;
        smbt_undecoded entry = {
            .frames = row->frames, .first_frame = row->first_frame, .first_time = row->first_time};
        entry.reason = i == SMBT_REASON_ROWS ? g_strdup("other")
                                             : g_strdup_printf(reason_texts[row->reason], row->number);
        g_array_append_val(table, entry);
    }
    g_array_sort(table, compare_undecoded);
    return table;
}
