/* How often an end by a server would fall by chance where the zero-VC rule ends connections.
 *
 * Had the session setups of a client address come at other times, with the same distances and windows,
 * shifted around the capture's span, an end would fall into one of their windows in as many of all shifts as
 * the share of the span that the windows cover. That share is counted, not sampled: the same capture gives
 * the same number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

/* Setups whose answer is awaited, per client and server; servers per client. */
#define OPEN_MAX    64
#define SERVERS_MAX 64

static void trigger_unref(gpointer trigger)
{
    smbt_trigger_unref(trigger);
}

static smbt_setups *find(const smbt_client *client, const smbt_server *server)
{
    const smbt_client_notes *notes = client->user;
    for (guint i = 0; notes && notes->setups && i < notes->setups->len; i++) {
        smbt_setups *s = &g_array_index(notes->setups, smbt_setups, i);
        if (s->server == server) return s;
    }
    return NULL;
}

static smbt_setups *find_or_add(const smbt_conn *conn)
{
    smbt_setups *s = find(conn->client, conn->server);
    if (s) return s;
    smbt_client_notes *notes = smbt_engine_client_notes(conn->client);
    if (!notes->setups) notes->setups = g_array_new(FALSE, FALSE, sizeof(smbt_setups));
    if (notes->setups->len >= SERVERS_MAX) return NULL;
    smbt_setups fresh = {.server = conn->server, .open = g_ptr_array_new_with_free_func(trigger_unref)};
    g_array_append_val(notes->setups, fresh);
    return &g_array_index(notes->setups, smbt_setups, notes->setups->len - 1);
}

static smbt_duration window_of(const smbt_engine *e, const smbt_server *server, const smbt_trigger *t)
{
    const smbt_belief *belief = server->user;
    smbt_profile_mask left = server->possible & ~(belief ? belief->excluded : 0);
    return smbt_zero_vc_window(e->config->profiles, left, t);
}

static smbt_link *link_of(const smbt_trigger *t)
{
    return t && t->conn ? t->conn->user : NULL;
}

/* What a connection's own setups cover excuses no end of it. */
static void add_own(smbt_setups *s, smbt_link *link, smbt_duration added)
{
    if (!link) return;
    link->own_cover += added;
    if (link->chance_counted) s->own += added;
}

static void take_own(smbt_setups *s, smbt_link *link, smbt_duration shared)
{
    if (!link) return;
    shared = MIN(shared, link->own_cover);
    link->own_cover -= shared;
    if (link->chance_counted) s->own -= MIN(shared, s->own);
}

static void cover(const smbt_engine *e, smbt_setups *s, smbt_trigger *t)
{
    smbt_time until = smbt_time_add(t->time, window_of(e, s->server, t));
    smbt_duration added = smbt_time_since(until, MAX(t->time, s->covered_until));
    smbt_duration shared = smbt_time_since(MIN(until, s->covered_until), t->time);
    s->covered += added;
    add_own(s, link_of(t), added);
    if (s->latest && s->latest->conn != t->conn) take_own(s, link_of(s->latest), shared);
    if (until <= s->covered_until) return;
    s->covered_until = until;
    smbt_trigger_unref(s->latest);
    s->latest = smbt_trigger_ref(t);
}

/* Setups that were answered, or will not be. */
static void settle(const smbt_engine *e, smbt_setups *s)
{
    while (s->open->len) {
        smbt_trigger *t = s->open->pdata[0];
        bool is_over = t->answered || smbt_time_since(e->now, t->time) > SMBT_ANSWER_WAIT;
        if (!is_over && s->open->len <= OPEN_MAX) return;
        cover(e, s, t);
        g_ptr_array_remove_index(s->open, 0);
    }
}

void smbt_chance_on_setup(smbt_engine *e, const smbt_conn *conn, smbt_trigger *trigger)
{
    smbt_setups *s = find_or_add(conn);
    if (!s) return;
    settle(e, s);
    s->count++;
    g_ptr_array_add(s->open, smbt_trigger_ref(trigger));
}

void smbt_chance_on_end(smbt_engine *e, smbt_link *link)
{
    smbt_setups *s = find_or_add(link->conn);
    if (!s) return;
    settle(e, s);
    link->chance_counted = true;
    s->ends++;
    s->own += link->own_cover;
}

void smbt_chance_on_struck(smbt_link *link)
{
    smbt_setups *s = find(link->conn->client, link->conn->server);
    if (!s || !link->chance_counted) return;
    link->struck = true;
    s->struck++;
}

void smbt_chance_forget_end(smbt_link *link)
{
    smbt_setups *s = find(link->conn->client, link->conn->server);
    if (!s || !link->chance_counted) return;
    s->ends--;
    s->own -= MIN(link->own_cover, s->own);
    s->struck -= link->struck;
    link->chance_counted = link->struck = false;
}

smbt_coincidence smbt_chance_for(smbt_engine *e, const smbt_conn *conn)
{
    smbt_setups *s = find(conn->client, conn->server);
    smbt_duration span = smbt_time_since(e->now, e->first);
    if (!s || span == 0) return (smbt_coincidence){0};
    settle(e, s);
    const smbt_link *link = conn->user;
    unsigned own_count = conn->triggers ? conn->triggers->len : 0;
    smbt_duration own = link->own_cover, others = s->covered - MIN(own, s->covered);
    /* The one that is suspected is no witness of how often others come. */
    double each = s->count ? (double)s->covered / s->count : 0;
    double share = ((double)others - each) / (double)span;
    return (smbt_coincidence){.setups = s->count > own_count + 1 ? s->count - own_count - 1 : 0,
                              .share = CLAMP(share, 0, 1),
                              .ends = s->ends - link->chance_counted,
                              .struck = s->struck - link->struck};
}

static double excused(const smbt_engine *e, smbt_setups *s)
{
    settle(e, s);
    double sum = (double)s->ends * (double)s->covered - (double)s->own;
    return MAX(sum, 0);
}

void smbt_chance_fold(smbt_engine *e, smbt_client *client)
{
    const smbt_client_notes *notes = client->user;
    for (guint i = 0; notes && notes->setups && i < notes->setups->len; i++) {
        smbt_setups *s = &g_array_index(notes->setups, smbt_setups, i);
        e->setups += s->count;
        e->server_ends += s->ends;
        e->chance_ns += excused(e, s);
    }
}

void smbt_chance_clear(smbt_client_notes *notes)
{
    for (guint i = 0; notes->setups && i < notes->setups->len; i++) {
        smbt_setups *s = &g_array_index(notes->setups, smbt_setups, i);
        smbt_trigger_unref(s->latest);
        g_ptr_array_unref(s->open);
    }
    g_clear_pointer(&notes->setups, g_array_unref);
}

struct sum {
    smbt_engine *engine;
    uint64_t setups, ends;
    double excused;
};

static void add_client(smbt_client *client, void *user)
{
    struct sum *sum = user;
    const smbt_client_notes *notes = client->user;
    for (guint i = 0; notes && notes->setups && i < notes->setups->len; i++) {
        smbt_setups *s = &g_array_index(notes->setups, smbt_setups, i);
        sum->setups += s->count;
        sum->ends += s->ends;
        sum->excused += excused(sum->engine, s);
    }
}

bool smbt_chance_rate(const smbt_engine *engine, double *ret_rate)
{
    smbt_engine *e = (smbt_engine *)engine; /* windows that are over are settled, which changes no answer */
    struct sum sum = {.engine = e, .setups = e->setups, .ends = e->server_ends, .excused = e->chance_ns};
    smbt_model_each_client(e->model, add_client, &sum);
    smbt_duration span = smbt_time_since(e->now, e->first);
    if (!sum.setups || !sum.ends || !span || e->first == SMBT_TIME_NONE) return false;
    *ret_rate = MIN(sum.excused / (double)span / (double)sum.ends, 1);
    return true;
}
