/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/addr.h"
#include "base/number.h"
#include "base/span.h"
#include "engine/internal.h"

/* An attempt whose SYN was not sent again has been waiting for an answer by then. */
#define WAITED (3 * SMBT_SEC)
/* No stack sends a SYN again sooner: what does is another packet captured twice. */
#define AGAIN (900 * SMBT_MS)
/* So many clients, servers and ports, so many addresses, so many observations, so many lines of each. */
#define ASKED_MAX   4096
#define ONE_WAY_MAX 1024
#define TOLD_MAX    32
#define SHOWN_MAX   8
/* So many connections of a client or server are looked through for one that answers for another, the youngest
 * first. */
#define LOOKED_AT 1024
/* So many servers are remembered of a client that gave it an answer once. */
#define ANSWERED_MAX 256

/* One client, and one port of one server that did not answer it. The first member is the key. */
typedef struct smbt_asked {
    struct key {
        smbt_addr client, server;
        uint16_t port;
    } key;
    uint16_t client_port; /* of the first attempt */
    uint64_t attempts, syns;
    uint64_t repeated; /* attempts whose SYN was sent more than once */
    uint64_t first_frame, last_frame;
    smbt_time first, last;
} smbt_asked;

static guint key_hash(gconstpointer p)
{
    const struct key *k = p;
    return smbt_addr_hash(&k->client) * 31 + smbt_addr_hash(&k->server) + k->port;
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const struct key *x = a, *y = b;
    return x->port == y->port && smbt_addr_equal(&x->client, &y->client) &&
           smbt_addr_equal(&x->server, &y->server);
}

static guint addr_hash(gconstpointer addr)
{
    return smbt_addr_hash(addr);
}

static gboolean addr_equal(gconstpointer a, gconstpointer b)
{
    return smbt_addr_equal(a, b);
}

void smbt_unanswered_clear(smbt_unanswered *all)
{
    g_clear_pointer(&all->asked, g_hash_table_destroy);
    g_clear_pointer(&all->one_way, g_hash_table_destroy);
}

/* ---- What one connection says
 * ----------------------------------------------------------------------------------- */

static struct key key_of(const smbt_conn *conn)
{
    return (struct key){
        .client = conn->client->addr, .server = conn->server->addr, .port = conn->server_end.port};
}

static void note_one_way(smbt_unanswered *all, const smbt_addr *addr)
{
    if (!all->one_way) all->one_way = g_hash_table_new_full(addr_hash, addr_equal, g_free, NULL);
    if (g_hash_table_size(all->one_way) < ONE_WAY_MAX)
        g_hash_table_add(all->one_way, g_memdup2(addr, sizeof *addr));
}

static void note_answered(smbt_engine *e, const smbt_conn *conn)
{
    struct key key = key_of(conn);
    if (e->unanswered.asked) g_hash_table_remove(e->unanswered.asked, &key);
    smbt_client_notes *notes = smbt_engine_client_notes(conn->client);
    if (!notes->answered) notes->answered = g_array_new(FALSE, TRUE, sizeof(smbt_endpoint));
    for (guint i = 0; i < notes->answered->len; i++)
        if (smbt_endpoint_equal(&g_array_index(notes->answered, smbt_endpoint, i), &conn->server_end)) return;
    if (notes->answered->len >= ANSWERED_MAX) g_array_remove_index_fast(notes->answered, 0);
    g_array_append_val(notes->answered, conn->server_end);
}

/* Whether this port of the server gave the client an answer at any time, as far as that is remembered. */
static bool was_answered(const smbt_conn *conn)
{
    const GArray *answered = smbt_engine_client_notes(conn->client)->answered;
    for (guint i = 0; answered && i < answered->len; i++)
        if (smbt_endpoint_equal(&g_array_index(answered, smbt_endpoint, i), &conn->server_end)) return true;
    return false;
}

/* Another connection of the client's answers for the server: on the same port; or on its other one at the
 * same time, as when a client tries both and keeps the one that is there first. */
static bool is_spared(const smbt_link *link)
{
    const smbt_conn *conn = link->conn;
    const GPtrArray *of_client = conn->client->conns, *of_server = conn->server->conns,
                    *conns = of_client->len < of_server->len ? of_client : of_server;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        const smbt_track *t = &((const smbt_link *)other->user)->track;
        if (other == conn || other->server != conn->server || other->client != conn->client) continue;
        if (t->sender[1].segments == 0) continue;
        if (other->server_end.port == conn->server_end.port) return true;
        if (t->established && (!t->end.set || t->end.time >= link->track.first)) return true;
    }
    return was_answered(conn);
}

static void add_attempt(smbt_engine *e, const smbt_link *link)
{
    smbt_unanswered *all = &e->unanswered;
    const smbt_track *t = &link->track;
    struct key key = key_of(link->conn);
    if (!all->asked) all->asked = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
    smbt_asked *a = g_hash_table_lookup(all->asked, &key);
    if (!a && g_hash_table_size(all->asked) >= ASKED_MAX) {
        all->more++;
        return;
    }
    if (!a) {
        a = g_new0(smbt_asked, 1);
        a->key = key;
        a->first = t->first;
        a->first_frame = t->first_frame;
        a->client_port = link->conn->client_end.port;
        g_hash_table_add(all->asked, a);
    }
    a->attempts++;
    a->syns += t->syns;
    a->repeated += t->syns > 1;
    if (t->first_frame < a->first_frame) {
        a->first = t->first;
        a->first_frame = t->first_frame;
        a->client_port = link->conn->client_end.port;
    }
    if (t->last_frame < a->last_frame) return;
    a->last = t->last;
    a->last_frame = t->last_frame;
}

static bool waited_long_enough(const smbt_engine *e, const smbt_track *t)
{
    smbt_duration waited = smbt_time_since(e->now, t->first);
    return waited >= WAITED || (t->syns > 1 && waited >= AGAIN);
}

void smbt_unanswered_take(smbt_engine *e, smbt_link *link)
{
    const smbt_track *t = &link->track;
    if (link->answer_noted || e->is_altered) return;
    link->answer_noted = true;
    if (t->sender[1].segments) {
        note_answered(e, link->conn);
    } else if (t->sender[0].segments > t->syns) {
        note_one_way(&e->unanswered, &link->conn->client->addr);
        note_one_way(&e->unanswered, &link->conn->server->addr);
    } else if (t->syns && !link->behind_hole && waited_long_enough(e, t) && !is_spared(link)) {
        add_attempt(e, link);
    }
}

void smbt_unanswered_finish(smbt_engine *e)
{
    for (GList *l = e->embryos.head; l; l = l->next) {
        smbt_link *link = l->data;
        if (!link->dead && link->track.sender[1].segments == 0) smbt_unanswered_take(e, link);
    }
}

/* ---- All of them
 * ------------------------------------------------------------------------------------------------ */

/* Those that are told together: of one client and port, or of one server and port. */
struct group {
    GPtrArray *asked; /* of smbt_asked */
    bool of_client;
};

static void group_free(gpointer p)
{
    struct group *g = p;
    g_ptr_array_unref(g->asked);
    g_free(g);
}

static gint by_first_frame(gconstpointer a, gconstpointer b)
{
    const smbt_asked *x = *(smbt_asked *const *)a, *y = *(smbt_asked *const *)b;
    return (x->first_frame > y->first_frame) - (x->first_frame < y->first_frame);
}

static struct key client_key(const smbt_asked *a)
{
    return (struct key){.client = a->key.client, .port = a->key.port};
}

static struct key server_key(const smbt_asked *a)
{
    return (struct key){.server = a->key.server, .port = a->key.port};
}

static void count_key(GHashTable *counts, struct key key)
{
    gpointer count = g_hash_table_lookup(counts, &key);
    g_hash_table_insert(counts, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(GPOINTER_TO_UINT(count) + 1));
}

static guint count_of(GHashTable *counts, struct key key)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(counts, &key));
}

/* Each goes where most are told with it. In the order of their first frames. */
static GPtrArray *group(const GPtrArray *all)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
    g_autoptr(GHashTable) found = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    for (guint i = 0; i < all->len; i++) {
        count_key(counts, client_key(all->pdata[i]));
        count_key(counts, server_key(all->pdata[i]));
    }
    for (guint i = 0; i < all->len; i++) {
        smbt_asked *a = all->pdata[i];
        bool of_client = count_of(counts, client_key(a)) >= count_of(counts, server_key(a));
        struct key key = of_client ? client_key(a) : server_key(a);
        struct group *g = g_hash_table_lookup(found, &key);
        if (!g) {
            g = g_new0(struct group, 1);
            g->asked = g_ptr_array_new();
            g->of_client = of_client;
            g_ptr_array_add(groups, g);
            g_hash_table_insert(found, g_memdup2(&key, sizeof key), g);
        }
        g_ptr_array_add(g->asked, a);
    }
    return groups;
}

/* "3 SYNs in 9 s" */
static char *describe(uint64_t syns, smbt_time first, smbt_time last)
{
    char count[SMBT_NUMBER_SIZE];
    if (syns == 1) return g_strdup("1 SYN");
    g_autofree char *span = smbt_span_format(smbt_time_since(last, first));
    return g_strdup_printf("%s SYNs in %s", smbt_number_format(count, syns), span);
}

static char *endpoint_text(const smbt_addr *addr, uint16_t port)
{
    char text[SMBT_ADDR_STRLEN];
    smbt_addr_format(addr, text);
    return g_strdup_printf(addr->family == 6 ? "[%s]:%u" : "%s:%u", text, port);
}

static char *summarize(const struct group *g, const char *how_often, uint64_t attempts)
{
    const smbt_asked *a = g->asked->pdata[0];
    char client[SMBT_ADDR_STRLEN], count[SMBT_NUMBER_SIZE];
    smbt_addr_format(&a->key.client, client);
    g_autofree char *server = endpoint_text(&a->key.server, a->key.port);
    smbt_number_format(count, g->asked->len > 1 ? g->asked->len : attempts);
    if (g->asked->len > 1 && g->of_client)
        return g_strdup_printf("%s asked %s servers for a connection on port %u and none answered: %s.",
                               client, count, a->key.port, how_often);
    if (g->asked->len > 1)
        return g_strdup_printf("%s clients asked %s for a connection and got no answer: %s.", count, server,
                               how_often);
    if (attempts > 1)
        return g_strdup_printf("%s asked %s for a connection %s times and got no answer: %s.", client, server,
                               count, how_often);
    return g_strdup_printf("%s asked %s for a connection and got no answer: %s.", client, server, how_often);
}

static void add_evidence(smbt_note *note, const struct group *g)
{
    for (guint i = 0; i < g->asked->len && i < SHOWN_MAX; i++) {
        const smbt_asked *a = g->asked->pdata[i];
        g_autofree char *how_often = describe(a->syns, a->first, a->last);
        g_autofree char *from = endpoint_text(&a->key.client, a->client_port),
                        *to = endpoint_text(&a->key.server, a->key.port);
        smbt_note_evidence(note, a->first_frame, "SYN from %s to %s: %s", from, to, how_often);
    }
    const smbt_asked *only = g->asked->pdata[0];
    if (g->asked->len == 1 && only->last_frame != only->first_frame)
        smbt_note_evidence(note, only->last_frame, "the last of them");
}

/* A capture filtered to SYNs looks like servers that do not answer, but for the repeats: whoever got no
 * answer asks again, and few others do. */
static bool may_be_filtered(const smbt_engine *e, uint64_t attempts, uint64_t repeated)
{
    if (e->segments[0] + e->segments[1] != e->syns || e->unanswered.syn_acks) return false;
    return repeated * 2 < attempts;
}

static char *warn_of_filter(uint64_t repeated)
{
    return g_strdup_printf("Nothing but SYNs is in this capture, and %s sent again: it may have been "
                           "filtered to them.",
                           repeated ? "fewer than half were" : "none was");
}

static guint count_known(const smbt_engine *e, const struct group *g)
{
    guint known = 0;
    for (guint i = 0; i < g->asked->len && (i == 0 || g->of_client); i++) {
        const smbt_asked *a = g->asked->pdata[i];
        const smbt_server *server = smbt_model_find_server(e->model, &a->key.server);
        const smbt_client *as_client = smbt_model_find_client(e->model, &a->key.server);
        known += (server && server->was_spoken_to) || (as_client && as_client->user);
    }
    return known;
}

#define LOOK_FOR "look for a firewall that drops the SYNs or their answers."

static char *advise(const smbt_engine *e, const struct group *g, uint64_t attempts, uint64_t repeated)
{
    char count[SMBT_NUMBER_SIZE];
    if (may_be_filtered(e, attempts, repeated)) return warn_of_filter(repeated);
    guint known = count_known(e, g), all = g->of_client ? g->asked->len : 1;
    if (known == 0) return g_strdup("Either nobody is there, or a firewall drops the SYNs or their answers.");
    if (known < all)
        return g_strdup_printf(
            known == 1 ? "%s of them was seen on other connections, so it is there: " LOOK_FOR
                       : "%s of them were seen on other connections, so they are there: " LOOK_FOR,
            smbt_number_format(count, known));
    return g_strdup_printf("%s seen on other connections, so %s there: " LOOK_FOR,
                           all == 1 ? "The server was" : "They were", all == 1 ? "it is" : "they are");
}

static void tell_group(smbt_engine *e, const struct group *g)
{
    const smbt_asked *first = g->asked->pdata[0];
    uint64_t syns = 0, attempts = 0, repeated = 0;
    smbt_time last = first->last;
    for (guint i = 0; i < g->asked->len; i++) {
        const smbt_asked *a = g->asked->pdata[i];
        syns += a->syns;
        attempts += a->attempts;
        repeated += a->repeated;
        last = MAX(last, a->last);
    }
    g_autofree char *how_often = describe(syns, first->first, last);
    g_autofree char *summary = summarize(g, how_often, attempts);
    g_autofree char *why = advise(e, g, attempts, repeated);
    smbt_note *note =
        smbt_note_new(SMBT_OBS_NO_ANSWER, first->first_frame, first->first, "%s %s", summary, why);
    smbt_endpoint client = {.addr = first->key.client, .port = first->client_port},
                  server = {.addr = first->key.server, .port = first->key.port};
    if (g->asked->len == 1) smbt_note_connection(note, &client, &server);
    add_evidence(note, g);
    smbt_engine_queue_observation(e, note);
}

static void tell_rest(smbt_engine *e, const GPtrArray *groups)
{
    uint64_t attempts = e->unanswered.more, repeated = 0;
    const smbt_asked *first = NULL;
    for (guint i = TOLD_MAX; i < groups->len; i++) {
        const struct group *g = groups->pdata[i];
        if (!first) first = g->asked->pdata[0];
        for (guint k = 0; k < g->asked->len; k++) {
            const smbt_asked *a = g->asked->pdata[k];
            attempts += a->attempts;
            repeated += a->repeated;
        }
    }
    if (attempts == 0) return;
    char count[SMBT_NUMBER_SIZE];
    g_autofree char *warning =
        may_be_filtered(e, attempts, repeated) ? warn_of_filter(repeated) : g_strdup("");
    smbt_engine_queue_observation(
        e, smbt_note_new(SMBT_OBS_NO_ANSWER, first ? first->first_frame : 0, first ? first->first : e->first,
                         "%s more %s to connect got no answer; too many to tell each.%s%s",
                         smbt_number_format(count, attempts), attempts == 1 ? "attempt" : "attempts",
                         *warning ? " " : "", warning));
}

/* Whether the answers, had there been any, would be in the capture. */
static bool would_show(const smbt_engine *e)
{
    const smbt_unanswered *all = &e->unanswered;
    guint one_way = all->one_way ? g_hash_table_size(all->one_way) : 0;
    if (one_way >= ONE_WAY_MAX || (one_way && e->segments[1] == 0)) return false;
    return all->syn_acks > 0 || e->payloads[1] == 0; /* else they were filtered out */
}

static bool is_one_way(const smbt_unanswered *all, const smbt_addr *addr)
{
    return all->one_way && g_hash_table_contains(all->one_way, addr);
}

void smbt_unanswered_tell(smbt_engine *e)
{
    const smbt_unanswered *all = &e->unanswered;
    if (!all->asked || !would_show(e)) return;
    g_autoptr(GPtrArray) asked = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, all->asked);
    while (g_hash_table_iter_next(&iter, &value, NULL)) {
        const smbt_asked *a = value;
        if (!is_one_way(all, &a->key.client) && !is_one_way(all, &a->key.server))
            g_ptr_array_add(asked, value);
    }
    g_ptr_array_sort(asked, by_first_frame);
    g_autoptr(GPtrArray) groups = group(asked);
    for (guint i = 0; i < groups->len && i < TOLD_MAX; i++)
        tell_group(e, groups->pdata[i]);
    tell_rest(e, groups);
}
