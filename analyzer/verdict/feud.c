/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/feud.h"

#include "base/span.h"
#include "verdict/pattern.h"

struct member {
    char *name; /* NULL: none seen yet */
    bool has_copy;
    smbt_host_copy copy;
};

struct edge {
    guint culprit, victim; /* members */
    unsigned times, ends;
    uint64_t culprit_frame; /* of the latest */
    uint64_t first_frame, last_frame;
    smbt_time first, last;
};

static void member_free(gpointer p)
{
    struct member *m = p;
    g_free(m->name);
    if (m->has_copy) smbt_host_copy_clear(&m->copy);
    g_free(m);
}

smbt_feud *smbt_feud_new(const smbt_addr *client, const smbt_addr *server)
{
    smbt_feud *f = g_new0(smbt_feud, 1);
    f->client = *client;
    f->server = *server;
    f->members = g_ptr_array_new_with_free_func(member_free);
    f->edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
    return f;
}

void smbt_feud_free(smbt_feud *f)
{
    if (!f) return;
    g_ptr_array_unref(f->members);
    g_array_unref(f->edges);
    g_free(f);
}

/* ---- Who it was
 * ------------------------------------------------------------------------------------------------- */

#define NOBODY G_MAXUINT

static guint add_member(smbt_feud *f, const smbt_feud_side *side)
{
    if (f->members->len >= SMBT_HOSTS_MAX) return NOBODY;
    struct member *m = g_new0(struct member, 1);
    m->name = g_strdup(side->name);
    if (side->view) {
        m->has_copy = true;
        smbt_host_copy_init(&m->copy, side->view);
    }
    g_ptr_array_add(f->members, m);
    return f->members->len - 1;
}

/* By its packets. `ret_told`: it is none of the members whose packets are known, for sure. */
static guint find_by_packets(const smbt_feud *f, const smbt_feud_side *side, bool *ret_told)
{
    *ret_told = true;
    for (guint i = 0; i < f->members->len; i++) {
        const struct member *m = f->members->pdata[i];
        if (m->name && side->name) continue; /* their names differ */
        enum smbt_same_host same = side->view && m->has_copy ? smbt_hosts_relation(&m->copy.view, side->view)
                                                             : SMBT_HOST_UNDETERMINED;
        if (same == SMBT_HOST_SAME) return i;
        if (same != SMBT_HOST_DIFFERENT) *ret_told = false;
    }
    return NOBODY;
}

static guint find_member(smbt_feud *f, const smbt_feud_side *side)
{
    for (guint i = 0; side->name && i < f->members->len; i++) {
        const struct member *m = f->members->pdata[i];
        if (m->name && g_ascii_strcasecmp(m->name, side->name) == 0) return i;
    }
    bool told;
    guint at = find_by_packets(f, side, &told);
    if (at != NOBODY && side->name) {
        struct member *m = f->members->pdata[at];
        m->name = g_strdup(side->name);
    }
    if (at != NOBODY) return at;
    return side->name || (side->view && told) ? add_member(f, side) : NOBODY;
}

static struct edge *find_edge(smbt_feud *f, guint culprit, guint victim)
{
    for (guint i = 0; i < f->edges->len; i++) {
        struct edge *e = &g_array_index(f->edges, struct edge, i);
        if (e->culprit == culprit && e->victim == victim) return e;
    }
    struct edge fresh = {.culprit = culprit, .victim = victim, .first = SMBT_TIME_NONE};
    g_array_append_val(f->edges, fresh);
    return &g_array_index(f->edges, struct edge, f->edges->len - 1);
}

void smbt_feud_add(smbt_feud *f, const smbt_feud_side *victim, const smbt_feud_side *culprit,
                   const smbt_feud_end *end)
{
    f->last = MAX(f->last, end->time);
    guint v = find_member(f, victim), c = find_member(f, culprit);
    if (v == NOBODY || c == NOBODY || v == c) return;
    struct edge *e = find_edge(f, c, v);
    if (e->culprit_frame != end->culprit_frame) e->times++;
    e->culprit_frame = end->culprit_frame;
    e->ends++;
    if (!e->first_frame || end->frame < e->first_frame) e->first_frame = end->frame;
    e->last_frame = MAX(e->last_frame, end->frame);
    e->first = MIN(e->first, end->time);
    e->last = MAX(e->last, end->time);
}

/* ---- The patterns
 * ----------------------------------------------------------------------------------------------- */

/* reach[i * n + j]: i ended a connection of j's, or of one who did. */
static bool *reachable(const smbt_feud *f)
{
    guint n = f->members->len;
    bool *reach = g_new0(bool, n *n);
    for (guint i = 0; i < f->edges->len; i++) {
        const struct edge *e = &g_array_index(f->edges, struct edge, i);
        reach[e->culprit * n + e->victim] = true;
    }
    for (guint k = 0; k < n; k++)
        for (guint i = 0; i < n; i++)
            for (guint j = 0; reach[i * n + k] && j < n; j++)
                reach[i * n + j] |= reach[k * n + j];
    return reach;
}

/* Each ended connections of the other, or of one who did. */
static bool together(const bool *reach, guint n, guint a, guint b)
{
    return reach[a * n + b] && reach[b * n + a];
}

static void add_edge(smbt_pattern *p, const struct edge *e)
{
    p->times += e->times;
    p->ends += e->ends;
    if (!p->first_frame || e->first_frame < p->first_frame) p->first_frame = e->first_frame;
    p->last_frame = MAX(p->last_frame, e->last_frame);
    p->first = MIN(p->first, e->first);
    p->last = MAX(p->last, e->last);
}

static void say_hosts(GString *out, const GArray *hosts)
{
    unsigned nameless = 0, named = 0;
    for (guint i = 0; i < hosts->len; i++)
        if (!g_array_index(hosts, smbt_pattern_host, i).name) nameless++;
    unsigned parts = hosts->len - nameless + (nameless > 0);
    for (guint i = 0; i < hosts->len; i++) {
        const char *name = g_array_index(hosts, smbt_pattern_host, i).name;
        if (!name) continue;
        if (named) g_string_append(out, named + 1 == parts ? " and " : ", ");
        g_string_append(out, name);
        named++;
    }
    if (!nameless) return;
    if (named) g_string_append(out, " and ");
    if (nameless == 1)
        g_string_append(out, "a host without a name");
    else
        g_string_append_printf(out, "%u hosts without names", nameless);
}

static char *say(const smbt_kept_pattern *k)
{
    const smbt_pattern *p = &k->pattern;
    char client[SMBT_ADDR_STRLEN], server[SMBT_ADDR_STRLEN];
    g_autofree char *span = smbt_span_format(MAX(p->last - p->first, SMBT_MS));
    GString *out = g_string_new(NULL);
    say_hosts(out, p->hosts);
    g_string_append_printf(out, ", behind %s, ended each other's connections to server %s %u times in %s",
                           smbt_addr_format(&p->client, client), smbt_addr_format(&p->server, server),
                           p->times, span);
    if (p->ends > p->times) g_string_append_printf(out, ", %u connections in all", p->ends);
    g_string_append_c(out, '.');
    return g_string_free(out, FALSE);
}

/* The pattern around one member; NULL when there is none. */
static smbt_kept_pattern *pattern_of(const smbt_feud *f, const bool *reach, guint first)
{
    guint n = f->members->len;
    smbt_pattern p = {.kind = SMBT_PATTERN_PING_PONG,
                      .severity = SMBT_SEVERITY_ERROR,
                      .client = f->client,
                      .server = f->server,
                      .first = SMBT_TIME_NONE};
    g_autofree smbt_pattern_host *hosts = g_new0(smbt_pattern_host, n);
    for (guint i = 0; i < f->edges->len; i++) {
        const struct edge *e = &g_array_index(f->edges, struct edge, i);
        if (!together(reach, n, first, e->culprit) || !together(reach, n, first, e->victim)) continue;
        add_edge(&p, e);
        hosts[e->culprit].kills += e->ends;
        hosts[e->victim].killed += e->ends;
    }
    if (p.times < SMBT_FEUD_TIMES) return NULL;
    smbt_kept_pattern *k = smbt_kept_pattern_new(&p);
    for (guint i = 0; i < n; i++) {
        if (!together(reach, n, first, i)) continue;
        hosts[i].name = ((const struct member *)f->members->pdata[i])->name;
        smbt_kept_pattern_add_host(k, &hosts[i]);
    }
    g_autofree char *summary = say(k);
    k->pattern.summary = g_string_chunk_insert(k->text, summary);
    return k;
}

void smbt_feud_patterns(const smbt_feud *f, GPtrArray *ret_patterns)
{
    guint n = f->members->len;
    g_autofree bool *reach = reachable(f);
    for (guint i = 0; i < n; i++) {
        bool is_first = reach[i * n + i];
        for (guint j = 0; is_first && j < i; j++)
            is_first = !together(reach, n, i, j);
        smbt_kept_pattern *k = is_first ? pattern_of(f, reach, i) : NULL;
        if (k) g_ptr_array_add(ret_patterns, k);
    }
}
