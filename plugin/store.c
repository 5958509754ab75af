/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store.h"

#include <string.h>

struct smbt_store {
    GHashTable *marks;       /* frame, as a pointer, to the first smbt_mark of it */
    GHashTable *provisional; /* frame of the end to smbt_finding */
    GPtrArray *findings;
    GArray *servers;    /* of smbt_server_info */
    GArray *clients;    /* of smbt_client_info */
    smbt_tally tally;   /* for its patterns */
    GStringChunk *text; /* many findings say the same */
};

const char *smbt_role_name(enum smbt_role role)
{
    static const char *const names[] = {"victim", "culprit", "observation", "evidence"};
    return names[role];
}

static void finding_free(gpointer data)
{
    smbt_finding *f = data;
    if (f->type == SMBT_RECORD_OBSERVATION) {
        g_clear_pointer(&f->observation.evidence, g_array_unref);
    } else {
        g_clear_pointer(&f->end.evidence, g_array_unref);
        g_clear_pointer(&f->end.in_flight, g_array_unref);
        g_clear_pointer(&f->end.ruled_out, g_array_unref);
        g_clear_pointer(&f->end.missing, g_ptr_array_unref);
        g_clear_pointer(&f->end.remedies, g_ptr_array_unref);
        g_clear_pointer(&f->end.references, g_ptr_array_unref);
        smbt_state_free((smbt_state *)f->end.state);
    }
    g_free(f);
}

static void server_clear(gpointer data)
{
    g_clear_pointer(&((smbt_server_info *)data)->timers, g_array_unref);
}

static void host_clear(gpointer data)
{
    g_clear_pointer(&((smbt_host_info *)data)->evidence, g_ptr_array_unref);
}

static void client_clear(gpointer data)
{
    smbt_client_info *client = data;
    g_clear_pointer(&client->hosts, g_array_unref);
    g_clear_pointer(&client->vc_numbers, g_array_unref);
    g_clear_pointer(&client->timers, g_array_unref);
}

static void marks_free(gpointer data)
{
    for (smbt_mark *m = data; m;) {
        smbt_mark *next = m->next;
        g_free(m);
        m = next;
    }
}

smbt_store *smbt_store_new(void)
{
    smbt_store *store = g_new0(smbt_store, 1);
    store->marks = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, marks_free);
    store->provisional = g_hash_table_new(g_direct_hash, g_direct_equal);
    store->findings = g_ptr_array_new_with_free_func(finding_free);
    store->servers = g_array_new(FALSE, FALSE, sizeof(smbt_server_info));
    g_array_set_clear_func(store->servers, server_clear);
    store->clients = g_array_new(FALSE, FALSE, sizeof(smbt_client_info));
    g_array_set_clear_func(store->clients, client_clear);
    store->text = g_string_chunk_new(4096);
    return store;
}

void smbt_store_free(smbt_store *store)
{
    if (!store) return;
    g_hash_table_destroy(store->marks);
    g_hash_table_destroy(store->provisional);
    g_ptr_array_unref(store->findings);
    g_array_unref(store->servers);
    g_array_unref(store->clients);
    smbt_tally_clear(&store->tally);
    g_string_chunk_free(store->text);
    g_free(store);
}

/* ---- Copies
 * ---------------------------------------------------------------------------------------------------- */

static const char *keep(smbt_store *store, const char *text)
{
    return text ? g_string_chunk_insert_const(store->text, text) : NULL;
}

static GPtrArray *keep_texts(smbt_store *store, const GPtrArray *from)
{
    if (!from || from->len == 0) return NULL;
    GPtrArray *to = g_ptr_array_sized_new(from->len);
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, (gpointer)keep(store, from->pdata[i]));
    return to;
}

static GArray *keep_evidence(smbt_store *store, const GArray *from)
{
    if (!from || from->len == 0) return NULL;
    GArray *to = g_array_sized_new(FALSE, FALSE, sizeof(smbt_evidence), from->len);
    for (guint i = 0; i < from->len; i++) {
        smbt_evidence e = g_array_index(from, smbt_evidence, i);
        e.what = keep(store, e.what);
        g_array_append_val(to, e);
    }
    return to;
}

static GArray *keep_in_flight(smbt_store *store, const GArray *from)
{
    if (!from || from->len == 0) return NULL;
    GArray *to = g_array_sized_new(FALSE, FALSE, sizeof(smbt_in_flight), from->len);
    for (guint i = 0; i < from->len; i++) {
        smbt_in_flight r = g_array_index(from, smbt_in_flight, i);
        r.command = keep(store, r.command);
        g_array_append_val(to, r);
    }
    return to;
}

static GArray *keep_ruled_out(smbt_store *store, const GArray *from)
{
    if (!from || from->len == 0) return NULL;
    GArray *to = g_array_sized_new(FALSE, FALSE, sizeof(smbt_ruled_out), from->len);
    for (guint i = 0; i < from->len; i++) {
        smbt_ruled_out r = g_array_index(from, smbt_ruled_out, i);
        r.cause = keep(store, r.cause);
        r.why = keep(store, r.why);
        g_array_append_val(to, r);
    }
    return to;
}

static smbt_end keep_end(smbt_store *store, const smbt_end *from)
{
    smbt_end end = *from;
    smbt_connection_info *c = &end.connection;
    c->transport = keep(store, c->transport);
    c->dialect = keep(store, c->dialect);
    c->user = keep(store, c->user);
    c->workstation = keep(store, c->workstation);
    end.culprit.workstation = keep(store, end.culprit.workstation);
    end.reconnect.none = keep(store, end.reconnect.none);
    end.cause = keep(store, end.cause);
    end.variant = keep(store, end.variant);
    end.summary = keep(store, end.summary);
    end.predicted.rule = keep(store, end.predicted.rule);
    end.predicted.profile = keep(store, end.predicted.profile);
    end.evidence = keep_evidence(store, from->evidence);
    end.in_flight = keep_in_flight(store, from->in_flight);
    end.ruled_out = keep_ruled_out(store, from->ruled_out);
    end.missing = keep_texts(store, from->missing);
    end.remedies = keep_texts(store, from->remedies);
    end.references = keep_texts(store, from->references);
    end.state = smbt_state_ref(from->state);
    return end;
}

static smbt_observation keep_observation(smbt_store *store, const smbt_observation *from)
{
    smbt_observation o = *from;
    o.kind = keep(store, o.kind);
    o.summary = keep(store, o.summary);
    o.evidence = keep_evidence(store, from->evidence);
    return o;
}

static GArray *keep_timers(smbt_store *store, const GArray *from)
{
    if (!from || from->len == 0) return NULL;
    GArray *to = g_array_sized_new(FALSE, FALSE, sizeof(smbt_timer_measure), from->len);
    for (guint i = 0; i < from->len; i++) {
        smbt_timer_measure t = g_array_index(from, smbt_timer_measure, i);
        t.host = keep(store, t.host);
        t.timer = keep(store, t.timer);
        g_array_append_val(to, t);
    }
    return to;
}

static GArray *keep_hosts(smbt_store *store, const GArray *from)
{
    if (!from || from->len == 0) return NULL;
    GArray *to = g_array_sized_new(FALSE, FALSE, sizeof(smbt_host_info), from->len);
    g_array_set_clear_func(to, host_clear);
    for (guint i = 0; i < from->len; i++) {
        smbt_host_info h = g_array_index(from, smbt_host_info, i);
        h.name = keep(store, h.name);
        h.evidence = keep_texts(store, h.evidence);
        g_array_append_val(to, h);
    }
    return to;
}

static void add_server(smbt_store *store, const smbt_server_info *from)
{
    smbt_server_info s = *from;
    s.native_os = keep(store, s.native_os);
    s.native_lan_man = keep(store, s.native_lan_man);
    s.profile = keep(store, s.profile);
    s.profile_source = keep(store, s.profile_source);
    s.profiles_possible = keep(store, s.profiles_possible);
    s.timers = keep_timers(store, s.timers);
    g_array_append_val(store->servers, s);
}

static void add_client(smbt_store *store, const smbt_client_info *from)
{
    smbt_client_info c = *from;
    c.hosts = keep_hosts(store, c.hosts);
    c.vc_numbers = c.vc_numbers ? g_array_copy(c.vc_numbers) : NULL;
    c.timers = keep_timers(store, c.timers);
    g_array_append_val(store->clients, c);
}

/* ---- Frames
 * ---------------------------------------------------------------------------------------------------- */

static gpointer key_of(uint64_t frame)
{
    return GUINT_TO_POINTER((guint)frame);
}

/* The first role that a frame gets in a finding is the one it keeps. */
static void mark(smbt_store *store, const smbt_finding *finding, uint64_t frame, enum smbt_role role)
{
    if (frame == 0 || frame > G_MAXUINT32) return;
    smbt_mark *first = g_hash_table_lookup(store->marks, key_of(frame)), *last = NULL;
    for (smbt_mark *m = first; m; m = m->next) {
        if (m->finding == finding) return;
        last = m;
    }
    smbt_mark *m = g_new(smbt_mark, 1);
    *m = (smbt_mark){.finding = finding, .role = role};
    if (last)
        last->next = m;
    else
        g_hash_table_insert(store->marks, key_of(frame), m);
}

static void mark_evidence(smbt_store *store, const smbt_finding *finding, const GArray *evidence)
{
    for (guint i = 0; evidence && i < evidence->len; i++)
        mark(store, finding, g_array_index(evidence, smbt_evidence, i).frame, SMBT_ROLE_EVIDENCE);
}

static void add_end(smbt_store *store, smbt_finding *finding)
{
    const smbt_end *end = &finding->end;
    smbt_finding *earlier = g_hash_table_lookup(store->provisional, key_of(end->frame));
    if (earlier) earlier->dropped = true;
    if (finding->provisional)
        g_hash_table_insert(store->provisional, key_of(end->frame), finding);
    else if (earlier)
        g_hash_table_remove(store->provisional, key_of(end->frame));
    mark(store, finding, end->frame, SMBT_ROLE_VICTIM);
    mark(store, finding, end->culprit.frame, SMBT_ROLE_CULPRIT);
    mark_evidence(store, finding, end->evidence);
}

static void add_finding(smbt_store *store, const smbt_record *record, bool provisional)
{
    smbt_finding *finding = g_new0(smbt_finding, 1);
    finding->type = record->type;
    finding->provisional = provisional;
    g_ptr_array_add(store->findings, finding);
    if (record->type == SMBT_RECORD_END) {
        finding->end = keep_end(store, record->end);
        add_end(store, finding);
    } else {
        finding->observation = keep_observation(store, record->observation);
        mark(store, finding, finding->observation.frame, SMBT_ROLE_OBSERVATION);
        mark_evidence(store, finding, finding->observation.evidence);
    }
}

void smbt_store_add(smbt_store *store, const smbt_record *record, bool provisional)
{
    switch (record->type) {
    case SMBT_RECORD_END:
    case SMBT_RECORD_OBSERVATION: add_finding(store, record, provisional); break;
    case SMBT_RECORD_SERVER: add_server(store, record->server); break;
    case SMBT_RECORD_CLIENT: add_client(store, record->client); break;
    case SMBT_RECORD_PATTERN: smbt_tally_add_pattern(&store->tally, NULL, record); break;
    case SMBT_RECORD_WHAT_IF:
    case SMBT_RECORD_SIGHTING: break;
    }
}

static gboolean drop(gpointer key, gpointer value, gpointer user)
{
    (void)key, (void)user;
    ((smbt_finding *)value)->dropped = true;
    return TRUE;
}

void smbt_store_settle(smbt_store *store)
{
    g_hash_table_foreach_remove(store->provisional, drop, NULL);
}

const smbt_mark *smbt_store_find(const smbt_store *store, uint64_t frame)
{
    return frame <= G_MAXUINT32 ? g_hash_table_lookup(store->marks, key_of(frame)) : NULL;
}

const GArray *smbt_store_servers(const smbt_store *store)
{
    return store->servers;
}

const GArray *smbt_store_clients(const smbt_store *store)
{
    return store->clients;
}

static gboolean same_address(const smbt_addr *a, const smbt_addr *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

const smbt_pattern *smbt_store_pattern_of(const smbt_store *store, const smbt_end *end)
{
    const GPtrArray *patterns = store->tally.patterns;
    for (guint i = 0; patterns && g_strcmp0(end->variant, "nat-collision") == 0 && i < patterns->len; i++) {
        const smbt_pattern *p = patterns->pdata[i];
        if (end->frame >= p->first_frame && end->frame <= p->last_frame &&
            same_address(&p->client, &end->connection.client.addr) &&
            same_address(&p->server, &end->connection.server.addr))
            return p;
    }
    return NULL;
}
