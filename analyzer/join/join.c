/* Takes the records of several captures, and gives them back joined.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/internal.h"

#include <string.h>

static const smbt_join_limits usual_limits = {
    .sightings = 65536, .marks = 2 * 1024 * 1024, .records = 262144};

/* ---- What it holds
 * ---------------------------------------------------------------------------------------------- */

static void seen_free(gpointer p)
{
    smbt_seen *seen = p;
    g_array_unref(seen->s.marks);
    g_array_unref(seen->s.farewells);
    if (seen->partners) g_array_unref(seen->partners);
    g_free(seen);
}

static void told_free(gpointer p)
{
    smbt_told *told = p;
    if (told->verdict) smbt_state_free((smbt_state *)told->verdict->end.state);
    smbt_verdict_free(told->verdict);
    smbt_note_free(told->note);
    g_free(told);
}

static guint hash_ends(gconstpointer p)
{
    const smbt_endpoint *ends = p;
    return (smbt_addr_hash(&ends[0].addr) * 31 + ends[0].port) ^
           (smbt_addr_hash(&ends[1].addr) * 37 + ends[1].port);
}

static gboolean equal_ends(gconstpointer a, gconstpointer b)
{
    const smbt_endpoint *x = a, *y = b;
    return smbt_endpoint_equal(&x[0], &y[0]) && smbt_endpoint_equal(&x[1], &y[1]);
}

static guint hash_addr(gconstpointer addr)
{
    return smbt_addr_hash(addr);
}

static gboolean equal_addrs(gconstpointer a, gconstpointer b)
{
    return smbt_addr_equal(a, b);
}

static void unref_array(gpointer array)
{
    g_ptr_array_unref(array);
}

/* The name without folders, unless two captures share it. */
static void make_labels(smbt_join *j)
{
    for (unsigned i = 0; i < j->count; i++) {
        const char *slash = strrchr(j->captures[i].file, '/');
        j->captures[i].label = slash && slash[1] ? slash + 1 : j->captures[i].file;
    }
    for (unsigned i = 0; i < j->count; i++)
        for (unsigned k = 0; k < j->count; k++)
            if (i != k && strcmp(j->captures[i].label, j->captures[k].label) == 0)
                j->captures[i].label = j->captures[i].file;
}

smbt_join *smbt_join_new(const smbt_join_limits *limits, const char *const *files, unsigned count)
{
    smbt_join *j = g_new0(smbt_join, 1);
    j->limits = limits ? *limits : usual_limits;
    j->count = count;
    j->captures = g_new0(smbt_joined_capture, count);
    j->clocks = g_new0(smbt_clock *, smbt_join_pairs(j));
    j->ambiguous = g_new0(uint64_t, smbt_join_pairs(j));
    j->groups = g_ptr_array_new_with_free_func(unref_array);
    j->views = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    j->text = g_string_chunk_new(256);
    for (unsigned i = 0; i < count; i++) {
        smbt_joined_capture *c = &j->captures[i];
        c->file = g_string_chunk_insert(j->text, files[i]);
        c->first = c->last = SMBT_TIME_NONE;
        c->seen = g_ptr_array_new_with_free_func(seen_free);
        c->told = g_ptr_array_new_with_free_func(told_free);
        c->by_ends = g_hash_table_new_full(hash_ends, equal_ends, g_free, unref_array);
        c->companions = g_array_new(FALSE, FALSE, sizeof(smbt_companion));
    }
    make_labels(j);
    return j;
}

void smbt_join_free(smbt_join *j)
{
    if (!j) return;
    for (unsigned i = 0; i < j->count; i++) {
        smbt_joined_capture *c = &j->captures[i];
        g_hash_table_unref(c->by_ends);
        g_ptr_array_unref(c->told);
        g_ptr_array_unref(c->seen);
        g_array_unref(c->companions);
        smbt_host_index_free(c->hosts);
        if (c->zeros) g_array_unref(c->zeros);
    }
    for (gsize i = 0; i < smbt_join_pairs(j); i++)
        smbt_clock_free(j->clocks[i]);
    g_free(j->clocks);
    g_free(j->ambiguous);
    g_ptr_array_unref(j->groups);
    g_ptr_array_unref(j->views);
    g_string_chunk_free(j->text);
    g_free(j->captures);
    g_free(j);
}

/* ---- Taking
 * ----------------------------------------------------------------------------------------------------- */

static bool reserve(smbt_join *j, gint *held, unsigned limit, gint n)
{
    if ((unsigned)(g_atomic_int_add(held, n) + n) <= limit) return true;
    g_atomic_int_add(held, -n);
    g_atomic_int_inc(&j->not_held);
    return false;
}

static bool take_sighting(smbt_join *j, unsigned capture, const smbt_sighting *s)
{
    if (!reserve(j, &j->sightings, j->limits.sightings, 1)) return true;
    smbt_seen *seen = g_new0(smbt_seen, 1);
    seen->capture = capture;
    seen->s = *s;
    bool has_room = reserve(j, &j->marks, j->limits.marks, (gint)s->marks->len);
    seen->s.marks = g_array_new(FALSE, FALSE, sizeof(smbt_stream_mark));
    if (has_room) g_array_append_vals(seen->s.marks, s->marks->data, s->marks->len);
    seen->s.farewells = g_array_new(FALSE, FALSE, sizeof(smbt_farewell));
    g_array_append_vals(seen->s.farewells, s->farewells->data, s->farewells->len);
    g_ptr_array_add(j->captures[capture].seen, seen);
    return true;
}

static bool take_told(smbt_join *j, unsigned capture, const smbt_record *record)
{
    if (!reserve(j, &j->records, j->limits.records, 1)) return false;
    smbt_told *told = g_new0(smbt_told, 1);
    told->type = record->type;
    if (record->type == SMBT_RECORD_END) {
        told->verdict = smbt_verdict_copy(record->end);
        told->verdict->end.state = smbt_state_ref(record->end->state);
    } else {
        told->note = smbt_note_copy(record->observation);
    }
    g_ptr_array_add(j->captures[capture].told, told);
    return true;
}

bool smbt_join_take(smbt_join *j, unsigned capture, const smbt_record *record)
{
    switch (record->type) {
    case SMBT_RECORD_SIGHTING: return take_sighting(j, capture, record->sighting);
    case SMBT_RECORD_END:
    case SMBT_RECORD_OBSERVATION: return take_told(j, capture, record);
    default: return false;
    }
}

void smbt_join_capture(smbt_join *j, unsigned capture, const smbt_capture_info *info)
{
    smbt_joined_capture *c = &j->captures[capture];
    c->first = info->first;
    c->last = info->last;
    c->viewpoint = info->viewpoint;
    c->controls = info->controls;
}

/* ---- Finding
 * ---------------------------------------------------------------------------------------------------- */

static void index_seen(smbt_joined_capture *c)
{
    for (guint i = 0; i < c->seen->len; i++) {
        smbt_seen *seen = c->seen->pdata[i];
        const smbt_endpoint ends[2] = {seen->s.client, seen->s.server};
        GPtrArray *row = g_hash_table_lookup(c->by_ends, ends);
        if (!row) {
            row = g_ptr_array_new();
            g_hash_table_insert(c->by_ends, g_memdup2(ends, sizeof ends), row);
        }
        g_ptr_array_add(row, seen);
    }
}

smbt_seen *smbt_join_find(const smbt_join *j, unsigned capture, const smbt_endpoint *client,
                          const smbt_endpoint *server, smbt_time time)
{
    const smbt_endpoint ends[2] = {*client, *server};
    const GPtrArray *row = g_hash_table_lookup(j->captures[capture].by_ends, ends);
    for (guint i = 0; row && i < row->len; i++) {
        smbt_seen *seen = row->pdata[i];
        if (time >= seen->s.first && time <= seen->s.last) return seen;
    }
    return NULL;
}

/* Where some packets were lost, any other may have been, and its absence proves nothing. */
static void find_losses(smbt_joined_capture *c)
{
    for (guint i = 0; i < c->seen->len && !c->loses; i++) {
        const smbt_sighting *s = &((const smbt_seen *)c->seen->pdata[i])->s;
        c->loses = s->missing[0] || s->missing[1];
    }
}

static void match_ends(smbt_joined_capture *c)
{
    for (guint i = 0; i < c->told->len; i++) {
        smbt_told *told = c->told->pdata[i];
        if (told->type != SMBT_RECORD_END) continue;
        const smbt_end *end = &told->verdict->end;
        const smbt_endpoint ends[2] = {end->connection.client, end->connection.server};
        const GPtrArray *row = g_hash_table_lookup(c->by_ends, ends);
        for (guint k = 0; row && k < row->len; k++) {
            smbt_seen *seen = row->pdata[k];
            if (seen->s.end_frame == end->frame && !seen->end) seen->end = told;
        }
    }
}

/* ---- Observations
 * ----------------------------------------------------------------------------------------------- */

/* What is observed of one connection in several places is told where it is seen nearest to the server. */
static bool is_observed_nearer(const smbt_join *j, const smbt_seen *seen, const smbt_observation *o)
{
    for (guint i = seen->group->len; i-- > 0;) {
        const smbt_seen *other = seen->group->pdata[i];
        if (other == seen) return false;
        const smbt_joined_capture *c = &j->captures[other->capture];
        for (guint k = 0; k < c->told->len; k++) {
            const smbt_told *told = c->told->pdata[k];
            if (told->type != SMBT_RECORD_OBSERVATION) continue;
            const smbt_observation *p = &told->note->observation;
            if (p->has_connection && strcmp(p->kind, o->kind) == 0 && p->time >= other->s.first &&
                p->time <= other->s.last && smbt_endpoint_equal(&p->client, &other->s.client) &&
                smbt_endpoint_equal(&p->server, &other->s.server))
                return true;
        }
    }
    return false;
}

static void drop_repeated_observations(smbt_join *j, unsigned capture)
{
    smbt_joined_capture *c = &j->captures[capture];
    for (guint i = 0; i < c->told->len; i++) {
        smbt_told *told = c->told->pdata[i];
        if (told->type != SMBT_RECORD_OBSERVATION || !told->note->observation.has_connection) continue;
        const smbt_observation *o = &told->note->observation;
        const smbt_seen *seen = smbt_join_find(j, capture, &o->client, &o->server, o->time);
        if (seen && seen->group && is_observed_nearer(j, seen, o)) told->is_told_elsewhere = true;
    }
}

static void tell_lone_culprits(smbt_join *j, unsigned capture)
{
    const GPtrArray *all = j->captures[capture].seen;
    for (guint i = 0; i < all->len; i++) {
        const smbt_seen *seen = all->pdata[i];
        if (seen->group || !seen->end) continue;
        smbt_join_tell_number(j, seen);
        smbt_join_tell_culprit(j, seen);
    }
}

/* Of one client's zero-vc ends, whether some turned out to be of one host, and some are of several. */
enum { TURNED_OUT_ONE = 1, OF_SEVERAL = 2 };

static GHashTable *find_kinds(const smbt_joined_capture *c)
{
    GHashTable *kinds = g_hash_table_new(hash_addr, equal_addrs);
    for (guint i = 0; i < c->told->len; i++) {
        const smbt_told *told = c->told->pdata[i];
        if (told->type != SMBT_RECORD_END || told->verdict->cause != SMBT_CAUSE_ZERO_VC) continue;
        gpointer client = &told->verdict->end.connection.client.addr;
        unsigned kind = told->was_apart                                               ? TURNED_OUT_ONE
                        : g_strcmp0(told->verdict->end.variant, "nat-collision") == 0 ? OF_SEVERAL
                                                                                      : 0;
        unsigned before = GPOINTER_TO_UINT(g_hash_table_lookup(kinds, client));
        g_hash_table_insert(kinds, client, GUINT_TO_POINTER(before | kind));
    }
    return kinds;
}

/* That hosts share an address is not said of one that is alone there. */
static void drop_exposed(smbt_joined_capture *c)
{
    g_autoptr(GHashTable) kinds = find_kinds(c);
    for (guint i = 0; i < c->told->len; i++) {
        smbt_told *told = c->told->pdata[i];
        if (told->type != SMBT_RECORD_OBSERVATION) continue;
        const smbt_observation *o = &told->note->observation;
        unsigned kind = GPOINTER_TO_UINT(g_hash_table_lookup(kinds, &o->client.addr));
        if (o->has_connection && g_str_equal(o->kind, "zero-vc-exposed") && kind == TURNED_OUT_ONE)
            told->is_told_elsewhere = true;
    }
}

static void tell_limit(smbt_join *j, smbt_note *note)
{
    smbt_told *told = g_new0(smbt_told, 1);
    told->type = SMBT_RECORD_OBSERVATION;
    told->note = note;
    g_ptr_array_add(j->captures[0].told, told);
}

static void note_limits(smbt_join *j)
{
    if (j->not_held)
        tell_limit(
            j, smbt_note_new(SMBT_OBS_LIMIT_HIT, 0, j->captures[0].first,
                             "Joining the captures took more memory than is allowed: %d connections or ends "
                             "were not compared, and are told as each capture has them.",
                             j->not_held));
    if (j->not_searched)
        tell_limit(j, smbt_note_new(SMBT_OBS_LIMIT_HIT, 0, j->captures[0].first,
                                    "Hosts behind a NAT have more connections than are looked through: of "
                                    "%" G_GUINT64_FORMAT " ends it is not told whether the host came back.",
                                    j->not_searched));
}

/* ---- Companions
 * ------------------------------------------------------------------------------------------------- */

static uint64_t count_common(const smbt_join *j, unsigned a, unsigned b)
{
    uint64_t n = 0;
    for (guint g = 0; g < j->groups->len; g++) {
        const GPtrArray *group = j->groups->pdata[g];
        bool has_a = false, has_b = false;
        for (guint i = 0; i < group->len; i++) {
            unsigned capture = ((const smbt_seen *)group->pdata[i])->capture;
            has_a |= capture == a;
            has_b |= capture == b;
        }
        if (has_a && has_b) n++;
    }
    return n;
}

static void add_companion(smbt_join *j, unsigned a, unsigned b)
{
    gsize at = MIN(a, b) * j->count + MAX(a, b);
    const smbt_clock *clock = j->clocks[at];
    smbt_companion c = {.file = j->captures[b].file,
                        .label = j->captures[b].label,
                        .ambiguous = j->ambiguous[at],
                        .is_told = b < a};
    if (clock) {
        c.connections = count_common(j, a, b);
        int64_t low, high;
        smbt_time middle = smbt_clock_middle(clock);
        c.has_clock = smbt_clock_at(clock, middle, &low, &high);
        c.clock_ahead = (low + (high - low) / 2) * (a < b ? 1 : -1);
        c.clock_error = (high - low + 1) / 2;
        c.has_drift = smbt_clock_drift(clock, &c.drift_ppb);
        if (a > b) c.drift_ppb = -c.drift_ppb;
        if (clock->differs) j->is_found = true;
    }
    if (c.connections || c.ambiguous) g_array_append_val(j->captures[a].companions, c);
}

static void find_companions(smbt_join *j)
{
    unsigned count = MIN(j->count, SMBT_JOIN_CAPTURES_MAX);
    for (unsigned a = 0; a < count; a++)
        for (unsigned b = 0; b < count; b++)
            if (a != b) add_companion(j, a, b);
}

/* ---- The public side
 * -------------------------------------------------------------------------------------------- */

void smbt_join_finish(smbt_join *j)
{
    for (unsigned i = 0; i < j->count; i++) {
        index_seen(&j->captures[i]);
        match_ends(&j->captures[i]);
        find_losses(&j->captures[i]);
    }
    smbt_join_match(j);
    for (unsigned i = 0; i < j->count; i++)
        smbt_join_index_hosts(j, i);
    for (guint i = 0; i < j->groups->len; i++)
        smbt_join_tell(j, j->groups->pdata[i]);
    for (unsigned i = 0; i < j->count; i++) {
        tell_lone_culprits(j, i);
        drop_repeated_observations(j, i);
        drop_exposed(&j->captures[i]);
    }
    note_limits(j);
    find_companions(j);
}

const smbt_record *smbt_join_next(smbt_join *j, unsigned capture)
{
    smbt_joined_capture *c = &j->captures[capture];
    while (c->next < c->told->len) {
        const smbt_told *told = c->told->pdata[c->next++];
        if (told->is_told_elsewhere) continue;
        j->record.type = told->type;
        if (told->type == SMBT_RECORD_END)
            j->record.end = &told->verdict->end;
        else
            j->record.observation = &told->note->observation;
        return &j->record;
    }
    return NULL;
}

const GArray *smbt_join_companions(const smbt_join *j, unsigned capture)
{
    return j->captures[capture].companions;
}

uint64_t smbt_join_told_elsewhere(const smbt_join *j, unsigned capture)
{
    return j->captures[capture].told_elsewhere;
}

bool smbt_join_found(const smbt_join *j)
{
    return j->is_found;
}
