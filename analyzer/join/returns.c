/* When a host behind a NAT came back, by its address there. The server's capture alone can't tell it from
 * others of that address that look alike.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/internal.h"

#include <string.h>

/* Connections of a host that are looked through for each end. */
#define LOOKED_AT 256

/* ---- The index
 * -------------------------------------------------------------------------------------------------- */

/* Connections between two addresses of a capture on which somebody logged on, of one host or of those that
 * are not known: `own` is its address before the NAT, family 0: not known. */
struct lane {
    smbt_addr client, server, own;
    GPtrArray *seen; /* of smbt_seen, by first */
    GArray *until;   /* of smbt_time: until when, at the latest, those up to here were there */
};

struct presence {
    smbt_addr own;
    smbt_time first, last;
};

struct smbt_host_index {
    GHashTable *lanes;    /* of struct lane, by itself */
    GHashTable *presence; /* of struct presence, by own */
};

static guint hash_lane(gconstpointer p)
{
    const struct lane *l = p;
    return (smbt_addr_hash(&l->client) * 31 ^ smbt_addr_hash(&l->server)) * 31 ^ smbt_addr_hash(&l->own);
}

static gboolean equal_lanes(gconstpointer p, gconstpointer q)
{
    const struct lane *a = p, *b = q;
    return smbt_addr_equal(&a->client, &b->client) && smbt_addr_equal(&a->server, &b->server) &&
           smbt_addr_equal(&a->own, &b->own);
}

static void free_lane(gpointer p)
{
    struct lane *l = p;
    g_ptr_array_unref(l->seen);
    g_array_unref(l->until);
    g_free(l);
}

static guint hash_presence(gconstpointer p)
{
    return smbt_addr_hash(&((const struct presence *)p)->own);
}

static gboolean equal_presences(gconstpointer p, gconstpointer q)
{
    return smbt_addr_equal(&((const struct presence *)p)->own, &((const struct presence *)q)->own);
}

static struct lane lane_of(const smbt_seen *seen, const smbt_addr *own)
{
    struct lane l = {.client = seen->s.client.addr, .server = seen->s.server.addr};
    if (own) l.own = *own;
    return l;
}

static void add_to_lane(smbt_host_index *index, smbt_seen *seen, const smbt_addr *own)
{
    struct lane key = lane_of(seen, own), *l = g_hash_table_lookup(index->lanes, &key);
    if (!l) {
        l = g_memdup2(&key, sizeof key);
        l->seen = g_ptr_array_new();
        l->until = g_array_new(FALSE, FALSE, sizeof(smbt_time));
        g_hash_table_add(index->lanes, l);
    }
    g_ptr_array_add(l->seen, seen);
}

static void note_presence(smbt_host_index *index, const smbt_seen *seen, const smbt_addr *own)
{
    struct presence key = {.own = *own, .first = seen->s.client_first, .last = seen->s.client_last},
                    *p = g_hash_table_lookup(index->presence, &key);
    if (key.first == SMBT_TIME_NONE) return;
    if (!p) {
        g_hash_table_add(index->presence, g_memdup2(&key, sizeof key));
        return;
    }
    p->first = MIN(p->first, key.first);
    p->last = MAX(p->last, key.last);
}

static int compare_firsts(const void *a, const void *b)
{
    const smbt_seen *x = *(smbt_seen *const *)a, *y = *(smbt_seen *const *)b;
    if (x->s.first != y->s.first) return x->s.first < y->s.first ? -1 : 1;
    return (x->s.first_frame > y->s.first_frame) - (x->s.first_frame < y->s.first_frame);
}

/* A connection that nobody was seen to end is there for as long as the capture goes on, however silent. */
static smbt_time there_until(const smbt_seen *seen)
{
    bool is_open = !seen->end && !seen->s.end_frame && seen->s.farewells->len == 0;
    return is_open ? SMBT_TIME_NONE : seen->s.last;
}

static void settle(gpointer key, gpointer value, gpointer user)
{
    struct lane *l = key;
    smbt_time until = 0;
    g_ptr_array_sort(l->seen, compare_firsts);
    for (guint i = 0; i < l->seen->len; i++) {
        until = MAX(until, there_until(l->seen->pdata[i]));
        g_array_append_val(l->until, until);
    }
    (void)value;
    (void)user;
}

void smbt_join_index_hosts(smbt_join *j, unsigned capture)
{
    smbt_joined_capture *c = &j->captures[capture];
    c->hosts = g_new0(smbt_host_index, 1);
    c->hosts->lanes = g_hash_table_new_full(hash_lane, equal_lanes, free_lane, NULL);
    c->hosts->presence = g_hash_table_new_full(hash_presence, equal_presences, g_free, NULL);
    for (guint i = 0; i < c->seen->len; i++) {
        smbt_seen *seen = c->seen->pdata[i];
        const smbt_sighting *own = smbt_own_view(j, seen);
        if (own) note_presence(c->hosts, seen, &own->client.addr);
        if (seen->s.logged_on) add_to_lane(c->hosts, seen, own ? &own->client.addr : NULL);
    }
    g_hash_table_foreach(c->hosts->lanes, settle, NULL);
}

void smbt_host_index_free(smbt_host_index *index)
{
    if (!index) return;
    g_hash_table_unref(index->lanes);
    g_hash_table_unref(index->presence);
    g_free(index);
}

void smbt_join_presence(const smbt_join *j, unsigned capture, const smbt_addr *a, const smbt_addr *b,
                        smbt_duration slack, bool *ret_at_once, bool *ret_nearly)
{
    const smbt_host_index *index = j->captures[capture].hosts;
    const struct presence ka = {.own = *a}, kb = {.own = *b}, *p = g_hash_table_lookup(index->presence, &ka),
                          *q = g_hash_table_lookup(index->presence, &kb);
    *ret_at_once = *ret_nearly = false;
    if (!p || !q) return;
    *ret_at_once = p->first <= q->last && q->first <= p->last;
    *ret_nearly = p->first <= smbt_time_add(q->last, slack) && q->first <= smbt_time_add(p->last, slack);
}

/* ---- The search
 * ------------------------------------------------------------------------------------------------- */

struct search {
    const smbt_seen *victim;
    const smbt_sighting *host;
    smbt_time ended;
    const smbt_seen *back;   /* the first one, on which it logged on */
    const smbt_seen *beside; /* that was there before and outlived the end */
    bool is_doubtful;        /* another one may be the host's, and came no later */
    bool is_cut_short;       /* there were more than are looked at */
};

static const struct lane *find_lane(const smbt_host_index *index, const smbt_seen *victim,
                                    const smbt_addr *own)
{
    const struct lane key = lane_of(victim, own);
    return g_hash_table_lookup(index->lanes, &key);
}

/* The place of the first one that began after that. */
static guint first_after(const struct lane *l, smbt_time time)
{
    guint low = 0, high = l->seen->len;
    while (low < high) {
        guint mid = low + (high - low) / 2;
        if (((const smbt_seen *)l->seen->pdata[mid])->s.first <= time)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* One address may be in two networks. */
static bool is_another_host(const smbt_sighting *a, const smbt_sighting *b)
{
    return a->is_direct && b->is_direct && a->has_mac && b->has_mac &&
           memcmp(a->mac, b->mac, sizeof a->mac) != 0;
}

static bool is_of_host(const smbt_join *j, const struct search *s, const smbt_seen *other)
{
    return other != s->victim && !is_another_host(s->host, smbt_own_view(j, other));
}

/* The server took it away from the host along with the one that ended. */
static bool went_along(const struct search *s, const smbt_seen *other)
{
    const smbt_end *end = other->end ? &other->end->verdict->end : NULL;
    return end && end->by == SMBT_SIDE_SERVER && end->time != SMBT_TIME_NONE && end->time >= s->ended &&
           smbt_time_since(end->time, s->ended) < SMBT_RETURN_TOGETHER;
}

static void find_back(const smbt_join *j, struct search *s, const struct lane *l)
{
    guint from = first_after(l, s->ended);
    for (guint i = from; i < l->seen->len && !s->back && !s->is_doubtful; i++) {
        const smbt_seen *other = l->seen->pdata[i];
        if (i - from == LOOKED_AT) {
            s->is_cut_short = true;
            return;
        }
        if (!is_of_host(j, s, other)) continue;
        if (other->s.has_isn[0])
            s->back = other;
        else
            s->is_doubtful = true; /* it may have been there all the time */
    }
}

static void find_beside(const smbt_join *j, struct search *s, const struct lane *l)
{
    guint from = first_after(l, s->ended);
    for (guint i = from; i-- > 0 && g_array_index(l->until, smbt_time, i) > s->ended;) {
        const smbt_seen *other = l->seen->pdata[i];
        if (from - i > LOOKED_AT) {
            s->is_cut_short = true;
            return;
        }
        if (there_until(other) <= s->ended || !is_of_host(j, s, other) || went_along(s, other)) continue;
        s->beside = other;
        return;
    }
}

/* Those of unknown hosts that began before it was back and were there after the end. */
static void find_doubts(struct search *s, const struct lane *unknown)
{
    if (!unknown) return;
    guint before = s->back ? first_after(unknown, s->back->s.first) : unknown->seen->len;
    if (before > 0 && g_array_index(unknown->until, smbt_time, before - 1) > s->ended) s->is_doubtful = true;
}

static smbt_reconnect reconnect_on(const smbt_seen *back, smbt_time ended)
{
    const smbt_sighting *s = &back->s;
    bool has_logon = s->logon_frame && s->logon_time != SMBT_TIME_NONE;
    return (smbt_reconnect){.frame = s->first_frame,
                            .client = s->client,
                            .server = s->server,
                            .after = smbt_time_since(s->first, ended),
                            .logon_frame = has_logon ? s->logon_frame : 0,
                            .logon_after =
                                has_logon ? smbt_time_since(s->logon_time, ended) : SMBT_DURATION_UNKNOWN};
}

static void search_return(smbt_join *j, smbt_verdict *v, const smbt_seen *seen, const smbt_sighting *host)
{
    smbt_reconnect *r = &v->end.reconnect;
    struct search s = {.victim = seen, .host = host, .ended = v->end.time};
    const smbt_joined_capture *c = &j->captures[seen->capture];
    const struct lane *own = find_lane(c->hosts, seen, &host->client.addr);
    if (own) find_back(j, &s, own);
    if (own && !s.back) find_beside(j, &s, own);
    find_doubts(&s, find_lane(c->hosts, seen, NULL));
    if (s.is_cut_short) j->not_searched++;
    if (s.is_doubtful || s.is_cut_short) return;
    if (s.back) {
        *r = reconnect_on(s.back, s.ended);
    } else if (s.beside) {
        r->why_none = SMBT_RETURN_NEEDLESS;
        r->none = smbt_verdict_text(v, "the host had another connection to the server, %s",
                                    smbt_verdict_endpoint(v, &s.beside->s.client));
    } else if (c->last != SMBT_TIME_NONE && c->last > s.ended) {
        r->why_none = SMBT_RETURN_UNSEEN;
        r->none = smbt_verdict_text(v, "not seen again before the capture ended, %s later",
                                    smbt_verdict_duration(v, smbt_time_since(c->last, s.ended)));
    }
}

static const smbt_seen *find_return(const smbt_join *j, const smbt_verdict *v, const smbt_seen *seen)
{
    const smbt_reconnect *r = &v->end.reconnect;
    return smbt_join_find(j, seen->capture, &r->client, &r->server, smbt_time_add(v->end.time, r->after));
}

/* What was taken for the host's return came from another one before the NAT. */
static bool is_of_another(const smbt_join *j, const smbt_verdict *v, const smbt_seen *seen,
                          const smbt_sighting *host)
{
    const smbt_seen *back = find_return(j, v, seen);
    const smbt_sighting *other = back ? smbt_own_view(j, back) : NULL;
    return other &&
           (!smbt_addr_equal(&other->client.addr, &host->client.addr) || is_another_host(host, other)) &&
           host->is_direct && other->is_direct;
}

void smbt_join_tell_return(smbt_join *j, smbt_verdict *v, const smbt_seen *seen)
{
    smbt_reconnect *r = &v->end.reconnect;
    const smbt_sighting *host = smbt_own_view(j, seen);
    if (host && v->end.time != SMBT_TIME_NONE) {
        if (r->frame && is_of_another(j, v, seen, host)) {
            const char *next = smbt_verdict_endpoint(v, &r->client);
            *r = (smbt_reconnect){.why_none = SMBT_RETURN_UNTOLD};
            r->none = smbt_verdict_text(v, "whether %s, which followed, was that host can't be told", next);
        }
        if (!r->frame && r->none) search_return(j, v, seen, host);
    }
    if (r->frame) r->nat = smbt_nat_of(find_return(j, v, seen));
}
