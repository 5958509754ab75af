/* What is said once the capture is over: observations about the capture as a whole, servers, clients.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/number.h"
#include "engine/internal.h"

#include <string.h>

/* ---- The capture
 * ------------------------------------------------------------------------------------------------ */

/* One note on a number: `text` has %s for it. */
static void note_number(smbt_engine *e, enum smbt_observation_kind kind, const char *text, uint64_t n)
{
    char count[SMBT_NUMBER_SIZE];
    g_auto(GStrv) parts = g_strsplit(text, "%s", 2);
    smbt_engine_queue_observation(
        e, smbt_note_new(kind, 0, e->first, "%s%s%s", parts[0], smbt_number_format(count, n), parts[1]));
}

/* Packets of some connections take another way back than the one that was captured. */
static void note_some_one_sided(smbt_engine *e)
{
    if (e->one_sided == 0) return;
    char count[SMBT_NUMBER_SIZE];
    smbt_note *note =
        smbt_note_new(SMBT_OBS_ONE_SIDED, e->first_one_sided_frame, e->first_one_sided,
                      "Of %s connection%s only one direction is in this capture, so little can be "
                      "concluded of %s. Mirror both directions, and all ways that packets take.",
                      smbt_number_format(count, e->one_sided), e->one_sided == 1 ? "" : "s",
                      e->one_sided == 1 ? "it" : "them");
    smbt_note_evidence(note, e->first_one_sided_frame, "first of one such connection");
    smbt_engine_queue_observation(e, note);
}

static void note_one_sided(smbt_engine *e)
{
    bool only_asked = e->segments[0] == e->syns; /* the servers may have been silent */
    if ((e->segments[0] == 0) == (e->segments[1] == 0) || (e->segments[1] == 0 && only_asked)) {
        note_some_one_sided(e);
        return;
    }
    const char *there = e->segments[0] ? "clients" : "servers";
    smbt_engine_queue_observation(
        e, smbt_note_new(
               SMBT_OBS_ONE_SIDED, 0, e->first,
               "Only what the %s sent is in this capture: little can be concluded. Mirror both directions.",
               there));
}

static void note_filtered(smbt_engine *e)
{
    if (e->payloads[0] + e->payloads[1] == 0) return;
    if (e->closes + e->syns > 0) {
        if (smbt_engine_acks_filtered(e))
            smbt_engine_queue_observation(
                e,
                smbt_note_new(SMBT_OBS_FILTERED, 0, e->first,
                              "TCP's own acknowledgments were filtered out of this capture, so what was lost "
                              "or unanswered can't be seen. Capture whole TCP connections (tcp port 445 or "
                              "139)."));
        return;
    }
    smbt_engine_queue_observation(
        e, smbt_note_new(
               SMBT_OBS_FILTERED, 0, e->first,
               "There is no SYN, FIN or RST in this capture: it was filtered to SMB messages, so no end of a "
               "connection can be seen. Capture whole TCP connections (tcp port 445 or 139)."));
}

static void note_gaps(smbt_engine *e)
{
    if (e->gaps == 0) return;
    char bytes[SMBT_NUMBER_SIZE], gaps[SMBT_NUMBER_SIZE];
    smbt_note *note = smbt_note_new(
        SMBT_OBS_GAPS, e->first_gap_frame, e->first_gap_time,
        "%s bytes in %s gap%s were acknowledged by their receiver but are not in the "
        "capture: packets were lost while capturing.",
        smbt_number_format(bytes, e->gap_bytes), smbt_number_format(gaps, e->gaps), e->gaps == 1 ? "" : "s");
    smbt_note_evidence(note, e->first_gap_frame, "first found here");
    smbt_engine_queue_observation(e, note);
}

static void note_undecoded(smbt_engine *e)
{
    uint64_t frames = smbt_wire_undecoded_frames(e->wire);
    if (frames == 0) return;
    const GArray *rows = smbt_wire_undecoded(e->wire);
    const smbt_undecoded *top = &g_array_index(rows, smbt_undecoded, 0);
    char count[SMBT_NUMBER_SIZE];
    smbt_note *note =
        smbt_note_new(SMBT_OBS_UNDECODED, top->first_frame, top->first_time,
                      "%s frame%s could not be decoded%s: %s.", smbt_number_format(count, frames),
                      frames == 1 ? "" : "s", rows->len == 1 ? "" : ", most of them for", top->reason);
    for (guint i = 0; i < rows->len && i < 8; i++) {
        const smbt_undecoded *row = &g_array_index(rows, smbt_undecoded, i);
        smbt_note_evidence(note, row->first_frame, "%s: %s %s", row->reason,
                           smbt_number_format(count, row->frames), row->frames == 1 ? "frame" : "frames");
    }
    smbt_engine_queue_observation(e, note);
}

static void note_evicted(smbt_engine *e)
{
    char most[SMBT_NUMBER_SIZE], count[SMBT_NUMBER_SIZE];
    if (e->connections_evicted == 0) return;
    smbt_engine_queue_observation(
        e, smbt_note_new(
               SMBT_OBS_LIMIT_HIT, e->first_eviction_frame, e->first_eviction,
               "More than %s connections at a time: %s of them, the longest idle, were let go unjudged.",
               smbt_number_format(most, e->config->limits.connections),
               smbt_number_format(count, e->connections_evicted)));
}

static void note_dropped(smbt_engine *e, unsigned limit, const char *what, uint64_t dropped, const char *how)
{
    char most[SMBT_NUMBER_SIZE], count[SMBT_NUMBER_SIZE];
    if (dropped == 0) return;
    smbt_engine_queue_observation(
        e, smbt_note_new(SMBT_OBS_LIMIT_HIT, 0, e->first, "A connection had more than %s %s; %s %s.",
                         smbt_number_format(most, limit), what, smbt_number_format(count, dropped), how));
}

static void note_limits(smbt_engine *e)
{
    const smbt_reorder_budget *budget = smbt_flow_table_budget(e->flows);
    const struct {
        uint64_t n;
        const char *text;
    } rows[] = {
        {budget->refused, "Segments waiting for missing ones took more memory than is allowed: %s holes were "
                          "given up early."},
        {smbt_wire_fragment_cap_hit(e->wire) ? smbt_wire_fragments_dropped(e->wire) : 0,
         "IP fragments took more memory than is allowed; %s datagrams were dropped."},
        {smbt_model_passed_over(e->model),
         "A client had so many connections that a session setup was not held "
         "against %s of them."},
        {e->not_held, "Too many ends waited for what later ones may tell of them; %s were judged without."},
        {e->marks_dropped,
         "Marks for comparing captures took more memory than is allowed; %s messages were not marked: "
         "connections may not be found in the other captures."}};
    note_evicted(e);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].n) note_number(e, SMBT_OBS_LIMIT_HIT, rows[i].text, rows[i].n);
    note_dropped(e, SMBT_CONN_TABLE_MAX, "files or searches open", e->objects_dropped, "were not followed");
    note_dropped(e, e->config->limits.pending_requests, "requests without an answer", e->requests_dropped,
                 "were forgotten");
}

/* ---- Servers
 * ---------------------------------------------------------------------------------------------------- */

enum smbt_nat smbt_engine_nat(bool outside, bool inside)
{
    if (outside == inside) return SMBT_NAT_UNKNOWN;
    return outside ? SMBT_NAT_OUTSIDE : SMBT_NAT_INSIDE;
}

static int hops_of(const smbt_viewpoint_votes *votes)
{
    uint8_t hops = smbt_viewpoint_hops(votes);
    return hops == SMBT_HOPS_UNKNOWN ? -1 : hops;
}

struct server_record {
    smbt_server_info info;
    char *possible;
};

static void server_record_free(gpointer p)
{
    struct server_record *r = p;
    g_free(r->possible);
    g_array_unref(r->info.timers);
    g_free(p);
}

static void emit_server(smbt_engine *e, smbt_server *s)
{
    const smbt_belief *b = smbt_engine_belief(s);
    smbt_profile_mask left = s->possible & ~b->excluded;
    struct server_record *r = g_new0(struct server_record, 1);
    GString *names = g_string_new(NULL);
    const char *only = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < smbt_profiles_count(e->config->profiles, SMBT_SIDE_SERVER); i++) {
        if (!(left & (UINT64_C(1) << i))) continue;
        const smbt_profile *p = smbt_profiles_get(e->config->profiles, SMBT_SIDE_SERVER, i);
        /* A server that has cut connections is none of those that do not. */
        if (b->enforced && smbt_profile_is(p, SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_OFF)) continue;
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", p->name);
        only = p->name;
        count++;
    }
    r->possible = g_string_free(names, FALSE);
    r->info = (smbt_server_info){.addr = s->addr,
                                 .native_os = s->native_os,
                                 .native_lan_man = s->native_lan_man,
                                 .profile = count == 1 ? only : "unknown",
                                 .profile_source = s->chosen_by_user ? "user" : "auto",
                                 .profiles_possible = r->possible,
                                 .enforced = b->enforced,
                                 .not_enforced = b->not_enforced,
                                 .connections = s->connections,
                                 .viewpoint = smbt_viewpoint_result(&b->votes),
                                 .hops = hops_of(&b->votes),
                                 .timers = g_array_new(FALSE, FALSE, sizeof(smbt_timer_measure))};
    smbt_engine_report_timers(e, SMBT_SIDE_SERVER, left, &b->measures, NULL, r->info.timers);
    smbt_engine_queue(e, SMBT_RECORD_SERVER, &r->info, r, server_record_free);
}

/* ---- Clients
 * ---------------------------------------------------------------------------------------------------- */

struct client_record {
    smbt_client_info info;
    GStringChunk *text;
};

static void client_record_free(gpointer p)
{
    struct client_record *r = p;
    for (guint i = 0; i < r->info.hosts->len; i++)
        g_ptr_array_unref(g_array_index(r->info.hosts, smbt_host_info, i).evidence);
    g_array_unref(r->info.hosts);
    g_array_unref(r->info.vc_numbers);
    g_array_unref(r->info.timers);
    g_string_chunk_free(r->text);
    g_free(r);
}

static void add_host(struct client_record *r, const smbt_host *h)
{
    static const struct {
        unsigned bit;
        const char *name;
    } evidence[] = {{SMBT_HOST_BY_WORKSTATION, "ntlm-workstation"},
                    {SMBT_HOST_BY_CALLING_NAME, "netbios-calling-name"},
                    {SMBT_HOST_BY_TIMESTAMP, "tcp-timestamp"},
                    {SMBT_HOST_BY_CLIENT_GUID, "smb2-client-guid"}};
    smbt_host_info info = {.name = h->name ? g_string_chunk_insert(r->text, h->name) : NULL,
                           .evidence = g_ptr_array_new(),
                           .connections = h->connections};
    for (gsize i = 0; i < G_N_ELEMENTS(evidence); i++)
        if (h->evidence & evidence[i].bit) g_ptr_array_add(info.evidence, (gpointer)evidence[i].name);
    g_array_append_val(r->info.hosts, info);
}

void smbt_engine_emit_client(smbt_engine *e, smbt_client *client)
{
    const smbt_client_notes *notes = smbt_engine_client_notes(client);
    if (notes->hosts->hosts->len == 0) return;
    struct client_record *r = g_new0(struct client_record, 1);
    r->text = g_string_chunk_new(64);
    r->info.addr = client->addr;
    r->info.hosts = g_array_new(FALSE, TRUE, sizeof(smbt_host_info));
    r->info.vc_numbers = g_array_new(FALSE, FALSE, sizeof(guint16));
    r->info.vc_numbers_more = client->vc_numbers_more;
    r->info.connections = client->connections;
    r->info.viewpoint = smbt_viewpoint_result(&notes->votes);
    r->info.hops = hops_of(&notes->votes);
    r->info.nat = smbt_engine_nat(notes->hosts->together, notes->votes.inside_nat);
    r->info.timers = g_array_new(FALSE, FALSE, sizeof(smbt_timer_measure));
    for (guint i = 0; notes->host_measures && i < notes->host_measures->len; i++) {
        const smbt_host_measures *h = &g_array_index(notes->host_measures, smbt_host_measures, i);
        const char *host = h->host ? g_string_chunk_insert(r->text, h->host) : NULL;
        smbt_engine_report_timers(e, SMBT_SIDE_CLIENT, notes->profiles, h->measures, host, r->info.timers);
    }
    g_array_append_vals(r->info.vc_numbers, client->vc_numbers, client->vc_number_count);
    for (guint i = 0; i < notes->hosts->hosts->len; i++)
        add_host(r, &g_array_index(notes->hosts->hosts, smbt_host, i));
    smbt_engine_queue(e, SMBT_RECORD_CLIENT, &r->info, r, client_record_free);
}

/* ---- All of it
 * -------------------------------------------------------------------------------------------------- */

static void collect(gpointer peer, GPtrArray *into)
{
    g_ptr_array_add(into, peer);
}
static void collect_server(smbt_server *s, void *into)
{
    collect(s, into);
}
static void collect_client(smbt_client *c, void *into)
{
    collect(c, into);
}

static gint by_address(gconstpointer a, gconstpointer b)
{
    const smbt_addr *x = *(smbt_addr *const *)a,
                    *y = *(smbt_addr *const *)b; /* addr is the first member of both */
    return memcmp(x, y, sizeof *x);
}

void smbt_engine_summarize(smbt_engine *e)
{
    smbt_unanswered_tell(e);
    note_one_sided(e);
    note_filtered(e);
    note_gaps(e);
    note_undecoded(e);
    note_limits(e);
    g_autoptr(GPtrArray) servers = g_ptr_array_new(), clients = g_ptr_array_new();
    smbt_model_each_server(e->model, collect_server, servers);
    smbt_model_each_client(e->model, collect_client, clients);
    g_ptr_array_sort(servers, by_address);
    g_ptr_array_sort(clients, by_address);
    for (guint i = 0; i < servers->len; i++)
        emit_server(e, servers->pdata[i]);
    for (guint i = 0; i < clients->len; i++)
        smbt_engine_emit_client(e, clients->pdata[i]);
}
