/* Hosts that end each other's connections: from verdicts to patterns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

/* So many pairs of a client and a server address are followed at a time. */
#define FEUDS_MAX 256

static void report(smbt_engine *e, guint at)
{
    smbt_feud *feud = e->feuds->pdata[at];
    g_autoptr(GPtrArray) patterns = g_ptr_array_new();
    smbt_feud_patterns(feud, patterns);
    for (guint i = 0; i < patterns->len; i++) {
        smbt_kept_pattern *k = patterns->pdata[i];
        smbt_engine_queue(e, SMBT_RECORD_PATTERN, &k->pattern, k, (GDestroyNotify)smbt_kept_pattern_free);
    }
    g_ptr_array_remove_index(e->feuds, at);
}

static bool is_over(const smbt_feud *feud, smbt_time now)
{
    return smbt_time_since(now, feud->last) > SMBT_FEUD_PAUSE;
}

static smbt_feud *find(smbt_engine *e, const smbt_conn *conn, smbt_time time)
{
    for (guint i = 0; i < e->feuds->len; i++) {
        smbt_feud *f = e->feuds->pdata[i];
        if (!smbt_addr_equal(&f->client, &conn->client->addr) ||
            !smbt_addr_equal(&f->server, &conn->server->addr))
            continue;
        if (!is_over(f, time)) return f;
        report(e, i);
        break;
    }
    if (e->feuds->len >= FEUDS_MAX) report(e, 0);
    smbt_feud *f = smbt_feud_new(&conn->client->addr, &conn->server->addr);
    g_ptr_array_add(e->feuds, f);
    return f;
}

/* The connection that ended it; NULL when it is gone. */
static const smbt_conn *culprit_of(const smbt_conn *victim, const smbt_end *end)
{
    for (guint i = 0; victim->predictions && i < victim->predictions->len; i++) {
        const smbt_prediction *p = victim->predictions->pdata[i];
        if (p->trigger->frame == end->culprit.frame) return p->trigger->conn;
    }
    return NULL;
}

void smbt_engine_note_kill(smbt_engine *e, const smbt_link *link, const smbt_end *end)
{
    if (e->is_altered || end->strength < SMBT_STRENGTH_LIKELY ||
        g_strcmp0(end->variant, "nat-collision") != 0)
        return;
    if (!e->feuds) e->feuds = g_ptr_array_new_with_free_func((GDestroyNotify)smbt_feud_free);
    const smbt_conn *other = culprit_of(link->conn, end);
    smbt_host_view mine = smbt_case_host(link->conn, &link->track), its;
    if (other) its = smbt_case_host(other, smbt_engine_track(other, NULL));
    smbt_feud_side victim = {.name = end->connection.workstation, .view = &mine};
    smbt_feud_side culprit = {.name = other ? smbt_host_view_name(&its) : end->culprit.workstation,
                              .view = other ? &its : NULL};
    smbt_feud_end what = {.frame = end->frame, .culprit_frame = end->culprit.frame, .time = end->time};
    smbt_feud_add(find(e, link->conn, end->time), &victim, &culprit, &what);
}

void smbt_engine_run_feuds(smbt_engine *e)
{
    for (guint i = 0; e->feuds && i < e->feuds->len;)
        if (is_over(e->feuds->pdata[i], e->now))
            report(e, i);
        else
            i++;
}

void smbt_engine_end_feuds(smbt_engine *e)
{
    while (e->feuds && e->feuds->len)
        report(e, 0);
}
