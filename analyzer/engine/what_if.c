/* What would have happened with other settings: a second engine eats the same frames with altered profiles,
 * and what both say of each end is compared.
 *
 * Ends are the same events in both. What only the altered settings would have ended shows as a prediction
 * that did not come true: of a clock that the connection outlived, or of a session setup with VcNumber 0 that
 * it survived.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

/* Of each kind: ends that wait for their other half, connections that would have ended, rows of the record.
 */
#define ITEMS_MAX 100000
/* A connection that was there this long after a window lived on. */
#define MARGIN (250 * SMBT_MS)
/* A clock that ran out this long before the end may be what ended it. */
#define CLOCK_MARGIN SMBT_SEC
/* Likewise a victim of the zero-VC rule that could not act on being told to end. */
#define BLOCKED_AT_MOST (30 * SMBT_SEC)

/* What one half says of an end. */
struct opinion {
    bool seen;
    const char *cause, *rule; /* kept in the alternative's text */
    uint64_t culprit;
};

struct pair {
    uint64_t first_frame; /* of its connection, which it is known by; first for the hash */
    smbt_endpoint client, server;
    uint64_t frame;
    smbt_time time;
    struct opinion real, altered;
};

/* A connection that would have ended. */
struct cut {
    uint64_t first_frame;
    smbt_time from;
    guint at; /* in result.new_ends */
};

struct smbt_alternative {
    smbt_engine *real, *altered;
    GHashTable *pairs, *cuts;
    smbt_what_if result;
    bool capped;
    GStringChunk *text;
};

/* ---- Ends that happened
 * ----------------------------------------------------------------------------------------- */

static void add_row(smbt_alternative *a, GArray *rows, const struct pair *p, bool gone)
{
    smbt_what_if_end row = {.client = p->client,
                            .server = p->server,
                            .frame = p->frame,
                            .time = p->time,
                            .cause = p->real.cause,
                            .rule = p->real.rule,
                            .culprit_frame = p->real.culprit};
    if (!gone) {
        row.cause_now = p->altered.cause;
        row.rule_now = p->altered.rule;
        row.culprit_frame_now = p->altered.culprit;
    }
    if (rows->len < ITEMS_MAX)
        g_array_append_val(rows, row);
    else
        a->capped = true;
}

static void compare(smbt_alternative *a, const struct pair *p)
{
    if (!p->real.seen || g_hash_table_contains(a->cuts, &p->first_frame)) return;
    if (p->real.rule && !p->altered.rule) {
        a->result.gone_count++;
        add_row(a, a->result.gone, p, true);
    } else if (p->altered.rule && g_strcmp0(p->real.cause, p->altered.cause) != 0) {
        a->result.changed_count++;
        add_row(a, a->result.changed, p, false);
    }
}

static const char *keep(smbt_alternative *a, const char *text)
{
    return text ? g_string_chunk_insert_const(a->text, text) : NULL;
}

void smbt_alternative_note_end(smbt_engine *e, const smbt_end *end)
{
    smbt_alternative *a = e->alternative;
    if (!e->is_altered && !end->revises) a->result.ends++;
    struct pair *p = g_hash_table_lookup(a->pairs, &end->connection.first_frame);
    if (!p && g_hash_table_size(a->pairs) >= ITEMS_MAX) {
        if (!e->is_altered) a->result.forgotten++;
        return;
    }
    if (!p) {
        p = g_new0(struct pair, 1);
        *p = (struct pair){.first_frame = end->connection.first_frame,
                           .client = end->connection.client,
                           .server = end->connection.server,
                           .frame = end->frame,
                           .time = end->time};
        g_hash_table_add(a->pairs, p);
    }
    struct opinion *mine = e->is_altered ? &p->altered : &p->real;
    *mine = (struct opinion){.seen = true,
                             .cause = keep(a, end->cause),
                             .rule = keep(a, end->predicted.rule),
                             .culprit = end->culprit.frame};
    /* A live engine may revise it. */
    if (!p->real.seen || !p->altered.seen || a->real->config->live) return;
    compare(a, p);
    g_hash_table_remove(a->pairs, p);
}

/* ---- Ends that would have come
 * ---------------------------------------------------------------------------------- */

static void add_new(smbt_alternative *a, const smbt_conn *conn, const smbt_what_if_new *row)
{
    struct cut *cut = g_new(struct cut, 1);
    *cut = (struct cut){.first_frame = conn->opened_frame, .from = row->from, .at = a->result.new_ends->len};
    g_hash_table_add(a->cuts, cut);
    a->result.new_count++;
    g_array_append_vals(a->result.new_ends, row, 1);
}

/* Whether a new end of this connection would be kept: once gone, nothing more can happen to it. */
static bool takes_new(smbt_alternative *a, const smbt_conn *conn)
{
    if (g_hash_table_contains(a->cuts, &conn->opened_frame)) return false;
    if (g_hash_table_size(a->cuts) < ITEMS_MAX) return true;
    a->result.forgotten++;
    return false;
}

static const smbt_value *value_of(const smbt_engine *e, enum smbt_side side, unsigned profile,
                                  enum smbt_key key)
{
    return &smbt_profiles_get(e->config->profiles, side, profile)->value[key];
}

/* Whether the two halves hold the same for all keys from `first` to `last`. */
static bool same_keys(const smbt_alternative *a, enum smbt_side side, unsigned profile, enum smbt_key first,
                      enum smbt_key last)
{
    for (int k = (int)first; k <= (int)last; k++) {
        const smbt_value *x = value_of(a->real, side, profile, (enum smbt_key)k),
                         *y = value_of(a->altered, side, profile, (enum smbt_key)k);
        /* What the user asks about is another value even where it is the usual one: this machine may not have
         * that. */
        if (x->known != y->known || x->set_by_user != y->set_by_user || (x->known && x->value != y->value))
            return false;
    }
    return true;
}

static bool same_key(const smbt_alternative *a, enum smbt_side side, unsigned profile, enum smbt_key key)
{
    return same_keys(a, side, profile, key, key);
}

/* ---- ... by the zero-VC rule */

/* The profiles that speak for a prediction; 0: it is not sure, some that are possible do not make it. */
static smbt_profile_mask sure(const smbt_conn *conn, const smbt_prediction *p)
{
    const smbt_trigger *t = p->trigger;
    const smbt_belief *belief = smbt_engine_belief(conn->server);
    smbt_profile_mask before = p->before_answer, possible = conn->server->possible;
    if (!t->logged_on) before &= ~p->needs_logon;
    smbt_profile_mask mask = (before | p->separate) & ~p->prefers_extsec;
    if (!t->vc_known || t->repeated) return 0;
    if (p->by_user & mask) return mask & possible ? mask & possible : mask;
    possible &= ~belief->excluded;
    return (possible & ~mask) == 0 ? mask & possible : 0;
}

/* Whether the real settings predict it too: then it lapsed for a reason that has nothing to do with them. */
static bool real_predicts(const smbt_alternative *a, const smbt_conn *conn, smbt_profile_mask mask)
{
    for (unsigned i = 0; i < smbt_profiles_count(a->real->config->profiles, SMBT_SIDE_SERVER); i++) {
        smbt_profile_mask bit = UINT64_C(1) << i;
        const smbt_value *rule = value_of(a->real, SMBT_SIDE_SERVER, i, SMBT_KEY_ZERO_VC);
        bool on = rule->known && rule->value == SMBT_ZERO_VC_ON;
        if (conn->server->possible & bit && !on) return false;
        if (mask & bit && !same_keys(a, SMBT_SIDE_SERVER, i, SMBT_KEY_ZERO_VC, SMBT_KEY_ZERO_VC_CLOSE))
            return false;
    }
    return true;
}

/* A connection that would have been gone sends nothing. */
static bool culprit_was_cut(const smbt_alternative *a, const smbt_trigger *t)
{
    const struct cut *cut = t->conn ? g_hash_table_lookup(a->cuts, &t->conn->opened_frame) : NULL;
    return cut && cut->from < t->time;
}

static bool new_by_zero_vc(smbt_alternative *a, const smbt_conn *conn, const smbt_prediction *p,
                           smbt_what_if_new *ret_row)
{
    const smbt_trigger *t = p->trigger;
    smbt_profile_mask mask = sure(conn, p);
    if (!mask || real_predicts(a, conn, mask) || culprit_was_cut(a, t)) return false;
    char client[SMBT_ADDR_STRLEN];
    smbt_addr_format(&t->client_end.addr, client);
    g_autofree char *why =
        g_strdup_printf("SESSION_SETUP_ANDX with VcNumber 0 from port %u of %s, frame %" G_GUINT64_FORMAT,
                        t->client_end.port, client, t->frame);
    *ret_row = (smbt_what_if_new){.client = conn->client_end,
                                  .server = conn->server_end,
                                  .rule = p->rule,
                                  .armed_frame = t->frame,
                                  .from = t->time,
                                  .to = smbt_prediction_until(p),
                                  .why = smbt_engine_name_text(a->real, a->text, keep(a, why), 0)};
    return true;
}

/* ---- ... by a clock */

static smbt_profile_mask possible_of(const smbt_conn *conn, enum smbt_side side)
{
    smbt_profile_mask possible = side == SMBT_SIDE_SERVER ? conn->server->possible : conn->client_profiles;
    return possible ? possible : UINT64_MAX; /* nothing known of it: any */
}

/* Whether the real settings hold the same clock. */
static bool real_has_clock(const smbt_alternative *a, const smbt_armed *k, smbt_profile_mask mask)
{
    const smbt_timer_info *info = smbt_timer_get(k->timer);
    for (unsigned i = 0; i < smbt_profiles_count(a->real->config->profiles, info->side); i++) {
        if (!(mask & UINT64_C(1) << i) || !same_key(a, info->side, i, info->value) ||
            !same_key(a, info->side, i, info->scan))
            continue;
        if (k->timer != SMBT_TIMER_AUTODISCONNECT || same_key(a, info->side, i, SMBT_KEY_IDLE_ACTIVITY))
            return true;
    }
    return false;
}

/* By how much later than due the slowest of the machines that it may be looks at the clock. */
static smbt_duration longest_scan(const smbt_engine *e, const smbt_timer_info *info, smbt_profile_mask mask)
{
    smbt_duration scan = 0;
    if (info->scan == info->value) return 0;
    for (unsigned i = 0; i < smbt_profiles_count(e->config->profiles, info->side); i++) {
        const smbt_value *v = value_of(e, info->side, i, info->scan);
        if (mask & UINT64_C(1) << i && v->known) scan = MAX(scan, (smbt_duration)v->value);
    }
    return scan;
}

static bool new_by_clock(smbt_alternative *a, const smbt_conn *conn, const smbt_armed *k, smbt_time lived_to,
                         smbt_what_if_new *ret_row)
{
    const smbt_timer_info *info = smbt_timer_get(k->timer);
    smbt_profile_mask mask = k->profiles & possible_of(conn, info->side);
    if (!mask || real_has_clock(a, k, mask)) return false;
    smbt_duration scan = longest_scan(a->altered, info, possible_of(conn, info->side));
    smbt_time to = smbt_time_add(k->from, MAX(scan, k->scan) + k->extra);
    if (to >= lived_to) return false;
    smbt_verdict *words = smbt_verdict_new(); /* for its way to put spans */
    g_autofree char *why =
        g_strdup_printf("%s is %s; it ran for %s, from frame %" G_GUINT64_FORMAT " on", info->id,
                        smbt_verdict_span(words, k->value),
                        smbt_verdict_span(words, smbt_time_since(lived_to, k->time)), k->frame);
    smbt_verdict_free(words);
    *ret_row = (smbt_what_if_new){.client = conn->client_end,
                                  .server = conn->server_end,
                                  .rule = info->id,
                                  .armed_frame = k->frame,
                                  .from = k->from,
                                  .to = to,
                                  .why = smbt_engine_name_text(a->real, a->text, keep(a, why), 0)};
    return true;
}

/* ---- What the altered half's model tells */

static void lapsed(smbt_conn *conn, const smbt_prediction *p, uint64_t frame, smbt_time time, void *user)
{
    smbt_engine *e = user;
    smbt_what_if_new row;
    if (takes_new(e->alternative, conn) && new_by_zero_vc(e->alternative, conn, p, &row))
        add_new(e->alternative, conn, &row);
    if (smbt_engine_model_events.lapsed) smbt_engine_model_events.lapsed(conn, p, frame, time, user);
}

static void outlived(smbt_conn *conn, const smbt_armed *k, bool proven, uint64_t frame, smbt_time time,
                     void *user)
{
    smbt_engine *e = user;
    smbt_what_if_new row;
    if (proven && takes_new(e->alternative, conn) && new_by_clock(e->alternative, conn, k, time, &row))
        add_new(e->alternative, conn, &row);
    if (smbt_engine_model_events.outlived)
        smbt_engine_model_events.outlived(conn, k, proven, frame, time, user);
}

static bool is_offline(const smbt_conn *conn, uint16_t fid)
{
    for (guint i = 0; conn->opens && i < conn->opens->len; i++) {
        const smbt_open *o = &g_array_index(conn->opens, smbt_open, i);
        if (o->fid == fid) return o->offline;
    }
    return false;
}

/* An answer that came, though by the value that was asked about the client would not have waited for it. */
static void late_answer(smbt_conn *conn, const smbt_request *r, uint64_t frame, smbt_time time, void *user)
{
    smbt_engine *e = user;
    enum smbt_timer timer =
        is_offline(conn, r->fid) ? SMBT_TIMER_OFFLINE_TIMEOUT : SMBT_TIMER_SESSION_TIMEOUT;
    const smbt_timer_info *info = smbt_timer_get(timer);
    const smbt_value *v = value_of(e, SMBT_SIDE_CLIENT, 0, info->value);
    if (v->known && v->set_by_user && v->value != SMBT_NEVER) {
        unsigned n = smbt_profiles_count(e->config->profiles, SMBT_SIDE_CLIENT);
        smbt_armed k = {.timer = timer,
                        .frame = r->part_frame,
                        .time = r->part_time,
                        .value = (smbt_duration)v->value,
                        .profiles = n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1,
                        .from = smbt_time_add(r->part_time, (smbt_duration)v->value)};
        smbt_what_if_new row;
        if (takes_new(e->alternative, conn) && new_by_clock(e->alternative, conn, &k, time, &row))
            add_new(e->alternative, conn, &row);
    }
    if (smbt_engine_model_events.late_answer)
        smbt_engine_model_events.late_answer(conn, r, frame, time, user);
}

void smbt_alternative_listen(smbt_model_events *events)
{
    events->lapsed = lapsed;
    events->outlived = outlived;
    events->late_answer = late_answer;
}

/* ---- Connections that are over
 * ---------------------------------------------------------------------------------- */

static void earlier(smbt_what_if_new *best, bool *found, const smbt_what_if_new *row)
{
    if (!*found || row->from < best->from) *best = *row;
    *found = true;
}

/* Windows that are over by `now` and that nothing was heard in since. `end`: what ended it; NULL: it lives.
 */
static void settle(smbt_engine *e, const smbt_conn *conn, const smbt_end_event *end, smbt_time now)
{
    smbt_alternative *a = e->alternative;
    smbt_what_if_new best, row;
    bool found = false;
    bool by_server = end && end->by == SMBT_SIDE_SERVER;
    if (g_hash_table_contains(a->cuts, &conn->opened_frame)) return;
    for (guint i = 0; conn->predictions && i < conn->predictions->len; i++) {
        const smbt_prediction *p = conn->predictions->pdata[i];
        smbt_time lived_to = smbt_time_add(smbt_prediction_until(p), by_server ? BLOCKED_AT_MOST : MARGIN);
        if (lived_to < now && new_by_zero_vc(a, conn, p, &row)) earlier(&best, &found, &row);
    }
    g_autoptr(GArray) clocks = g_array_new(FALSE, FALSE, sizeof(smbt_armed));
    smbt_model_clocks(e->model, conn, now, clocks);
    for (guint i = 0; i < clocks->len; i++) {
        const smbt_armed *k = &g_array_index(clocks, smbt_armed, i);
        if (!smbt_timer_get(k->timer)->closes || k->doubt & (SMBT_DOUBT_OPENS | SMBT_DOUBT_EXEMPT)) continue;
        if (k->to == SMBT_TIME_NONE || smbt_time_add(k->to, end ? CLOCK_MARGIN : 0) >= now) continue;
        if (new_by_clock(a, conn, k, now, &row)) earlier(&best, &found, &row);
    }
    if (found && takes_new(a, conn)) add_new(a, conn, &best);
}

void smbt_alternative_conn_over(smbt_engine *e, const smbt_link *link)
{
    if (!e->is_altered) return;
    smbt_alternative *a = e->alternative;
    const smbt_end_event *end = &link->track.end;
    settle(e, link->conn, end, end->time);
    const struct cut *cut = g_hash_table_lookup(a->cuts, &link->conn->opened_frame);
    if (cut) g_array_index(a->result.new_ends, smbt_what_if_new, cut->at).ended_frame = end->frame;
}

static void settle_living(smbt_client *client, void *user)
{
    smbt_engine *e = user;
    for (guint i = 0; i < client->conns->len; i++) {
        const smbt_conn *conn = client->conns->pdata[i];
        if (!conn->gone) settle(e, conn, NULL, e->now);
    }
}

/* ---- The life of an alternative
 * --------------------------------------------------------------------------------- */

static smbt_config *altered_config(const smbt_config *config)
{
    smbt_config *c = smbt_config_copy(config);
    for (char **setting = c->what_if; *setting; setting++) {
        bool fine = smbt_profiles_set(c->profiles, *setting, NULL);
        g_assert_true(fine); /* checked when it was given */
    }
    g_clear_pointer(&c->what_if, g_strfreev);
    c->keep_state = false;
    return c;
}

void smbt_alternative_begin(smbt_engine *e)
{
    smbt_alternative *a = g_new0(smbt_alternative, 1);
    a->real = e;
    a->text = g_string_chunk_new(1024);
    a->pairs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    a->cuts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    a->result.settings = g_ptr_array_new();
    a->result.gone = g_array_new(FALSE, TRUE, sizeof(smbt_what_if_end));
    a->result.changed = g_array_new(FALSE, TRUE, sizeof(smbt_what_if_end));
    a->result.new_ends = g_array_new(FALSE, TRUE, sizeof(smbt_what_if_new));
    for (char **setting = e->config->what_if; *setting; setting++)
        g_ptr_array_add(a->result.settings, *setting);
    smbt_config *config = altered_config(e->config);
    a->altered = smbt_engine_make(config, a);
    smbt_config_free(config);
    e->alternative = a;
}

void smbt_alternative_free(smbt_alternative *a)
{
    smbt_engine_free(a->altered);
    g_hash_table_unref(a->pairs);
    g_hash_table_unref(a->cuts);
    g_ptr_array_unref(a->result.settings);
    g_array_unref(a->result.gone);
    g_array_unref(a->result.changed);
    g_array_unref(a->result.new_ends);
    g_string_chunk_free(a->text);
    g_free(a);
}

/* Its ends were noted when they were queued; nobody else reads its records. */
static void drop_records(smbt_engine *e)
{
    while (smbt_engine_next(e)) {
    }
}

void smbt_alternative_push(smbt_engine *e, const smbt_frame *frame)
{
    smbt_engine_push(e->alternative->altered, frame);
    drop_records(e->alternative->altered);
}

void smbt_alternative_seam(smbt_engine *e, bool hole)
{
    smbt_engine_seam(e->alternative->altered, hole);
}

void smbt_alternative_advance(smbt_engine *e, smbt_time now)
{
    smbt_engine_advance(e->alternative->altered, now);
    drop_records(e->alternative->altered);
}

static gint by_frame(gconstpointer a, gconstpointer b)
{
    const smbt_what_if_end *x = a, *y = b;
    return (x->frame > y->frame) - (x->frame < y->frame);
}

static void keep_record(gpointer alternative)
{
    (void)alternative; /* the engine frees it */
}

void smbt_alternative_finish(smbt_engine *e, bool whole)
{
    smbt_alternative *a = e->alternative;
    smbt_model_each_client(a->altered->model, settle_living, a->altered);
    smbt_engine_finish(a->altered, whole);
    drop_records(a->altered);
    GHashTableIter iter;
    gpointer pair;
    g_hash_table_iter_init(&iter, a->pairs);
    while (g_hash_table_iter_next(&iter, &pair, NULL))
        compare(a, pair);
    g_array_sort(a->result.gone, by_frame);
    g_array_sort(a->result.changed, by_frame);
    if (a->result.forgotten || a->capped)
        smbt_engine_queue_observation(e, smbt_note_new(SMBT_OBS_LIMIT_HIT, 0, e->first,
                                                       "The what-if keeps %d ends of a kind: %s", ITEMS_MAX,
                                                       a->result.forgotten
                                                           ? "others were not compared."
                                                           : "its lists are cut there, its counts are not."));
    smbt_engine_queue(e, SMBT_RECORD_WHAT_IF, &a->result, a, keep_record);
}
