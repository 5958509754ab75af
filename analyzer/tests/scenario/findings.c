/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/findings.h"

#include "scenario/line.h"

#include <string.h>

scn_findings *scn_findings_new(void)
{
    scn_findings *f = g_new0(scn_findings, 1);
    f->rows = g_array_new(FALSE, TRUE, sizeof(scn_finding));
    f->servers = g_array_new(FALSE, TRUE, sizeof(scn_server));
    f->patterns = g_array_new(FALSE, TRUE, sizeof(scn_pattern));
    return f;
}

void scn_findings_free(scn_findings *f)
{
    if (!f) return;
    g_array_unref(f->rows);
    g_array_unref(f->servers);
    g_array_unref(f->patterns);
    g_free(f);
}

void scn_evidence_add(GString *list, uint64_t frame)
{
    if (!list->len) g_string_append_c(list, ',');
    if (frame) g_string_append_printf(list, "%" G_GUINT64_FORMAT ",", frame);
}

bool scn_evidence_has(const scn_finding *f, uint64_t frame)
{
    g_autofree char *item = g_strdup_printf(",%" G_GUINT64_FORMAT ",", frame);
    return f->evidence && strstr(f->evidence, item);
}

/* ---- From the engine ---- */

/* The number of a frame in the whole. */
static uint64_t plain(uint64_t frame)
{
    return frame >= SMBT_FRAME_PLACED ? frame - SMBT_FRAME_PLACED : frame;
}

static const char *evidence_of(const GArray *evidence)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < evidence->len; i++)
        scn_evidence_add(list, plain(g_array_index(evidence, smbt_evidence, i).frame));
    return g_intern_string(list->str);
}

/* The words and what overviews count by say the same. */
static void check_return(const smbt_reconnect *r)
{
    static const char *const words[SMBT_RETURN_MAX] = {[SMBT_RETURN_UNSEEN] = "not seen again",
                                                       [SMBT_RETURN_NO_LOGON] = "not seen to log on again",
                                                       [SMBT_RETURN_UNTOLD] = " can't be told",
                                                       [SMBT_RETURN_NEEDLESS] = "the host had another ",
                                                       [SMBT_RETURN_MIDSTREAM] = "seen again on "};
    if (r->none && !strstr(r->none, words[r->why_none]))
        g_error("\"%s\" is not \"%s\"", r->none, words[r->why_none]);
}

static void add_end(scn_findings *f, const smbt_end *e)
{
    check_return(&e->reconnect);
    scn_finding row = {.is_end = true,
                       .what = g_intern_string(e->cause),
                       .variant = g_intern_string(e->variant),
                       .strength = g_intern_string(smbt_strength_name(e->strength)),
                       .severity = g_intern_string(smbt_severity_name(e->severity)),
                       .kind = g_intern_string(smbt_end_kind_name(e->kind)),
                       .by = g_intern_string(smbt_side_name(e->by)),
                       .frame = plain(e->frame),
                       .connection = {e->connection.client, e->connection.server},
                       .culprit = plain(e->culprit.frame),
                       .culprit_connection = {e->culprit.client, e->culprit.server},
                       .back = plain(e->reconnect.frame),
                       .back_connection = {e->reconnect.client, e->reconnect.server},
                       .not_back = g_intern_string(e->reconnect.none),
                       .in_flight = e->in_flight->len + e->in_flight_more,
                       .missing = e->missing->len,
                       .user = g_intern_string(e->connection.user),
                       .workstation = g_intern_string(e->connection.workstation),
                       .rule = g_intern_string(e->predicted.rule),
                       .evidence = evidence_of(e->evidence)};
    if (e->predicted.rule) {
        row.predicted_from = e->predicted.from;
        row.predicted_to = e->predicted.to;
    }
    if (e->reconnect.frame) row.back_us = (gint64)(e->reconnect.after / 1000);
    if (e->culprit.frame) row.delay_us = (gint64)(e->culprit.delay / 1000);
    g_array_append_val(f->rows, row);
}

static void add_observation(scn_findings *f, const smbt_observation *o)
{
    scn_finding row = {.what = g_intern_string(o->kind),
                       .severity = g_intern_string(smbt_severity_name(o->severity)),
                       .frame = plain(o->frame),
                       .evidence = evidence_of(o->evidence)};
    g_array_append_val(f->rows, row);
}

static void add_server(scn_findings *f, const smbt_server_info *info)
{
    scn_server s = {.addr = info->addr,
                    .profile = g_intern_string(info->profile),
                    .enforced = info->enforced,
                    .not_enforced = info->not_enforced};
    g_array_append_val(f->servers, s);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *scn_pattern_hosts(GPtrArray *names)
{
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    g_autofree char *all = g_strjoinv(" ", (char **)names->pdata);
    return g_intern_string(all);
}

static void add_pattern(scn_findings *f, const smbt_pattern *p)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < p->hosts->len; i++) {
        const char *name = g_array_index(p->hosts, smbt_pattern_host, i).name;
        g_ptr_array_add(names, (gpointer)(name ? name : "-"));
    }
    scn_pattern row = {.what = g_intern_string(p->kind),
                       .hosts = scn_pattern_hosts(names),
                       .times = p->times,
                       .ends = p->ends,
                       .first = plain(p->first_frame),
                       .last = plain(p->last_frame)};
    g_array_append_val(f->patterns, row);
}

static void take_records(scn_findings *f, smbt_engine *engine)
{
    for (const smbt_record *r; (r = smbt_engine_next(engine));) {
        if (r->type == SMBT_RECORD_END) add_end(f, r->end);
        if (r->type == SMBT_RECORD_OBSERVATION) add_observation(f, r->observation);
        if (r->type == SMBT_RECORD_PATTERN) add_pattern(f, r->pattern);
        if (r->type == SMBT_RECORD_SERVER) add_server(f, r->server);
    }
}

static bool set_limit(smbt_limits *limits, const scn_limit *limit, GError **error)
{
    const struct {
        const char *name;
        unsigned *value;
    } all[] = {{"connections", &limits->connections},
               {"peers", &limits->peers},
               {"reorder_bytes", &limits->reorder_bytes},
               {"reorder_total", &limits->reorder_total},
               {"fragment_bytes", &limits->fragment_bytes},
               {"pending_requests", &limits->pending_requests},
               {"marks", &limits->marks}};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        if (strcmp(all[i].name, limit->name) != 0) continue;
        *all[i].value = limit->value;
        return true;
    }
    g_set_error(error, SCN_ERROR, 0, "there is no limit %s", limit->name);
    return false;
}

static bool configure(smbt_config *config, const scn_scenario *s, GError **error)
{
    smbt_limits limits;
    smbt_config_get_limits(config, &limits);
    for (guint i = 0; i < s->limits->len; i++)
        if (!set_limit(&limits, &g_array_index(s->limits, scn_limit, i), error)) return false;
    smbt_config_set_limits(config, &limits);
    for (guint i = 0; i < s->profiles->len; i++)
        if (!smbt_config_choose(config, s->profiles->pdata[i], error)) return false;
    for (guint i = 0; i < s->settings->len; i++)
        if (!smbt_config_set(config, s->settings->pdata[i], error)) return false;
    for (guint i = 0; i < s->ports->len; i++)
        if (!smbt_config_add_ports(config, s->ports->pdata[i], error)) return false;
    return true;
}

static void push(smbt_engine *engine, const scn_frame *f, uint64_t offset)
{
    /* Only what was captured, so that a read behind it is seen. */
    g_autofree guint8 *bytes = g_memdup2(f->bytes->data, f->caplen);
    smbt_frame frame = {.number = f->number + offset,
                        .time = f->time,
                        .linktype = 1,
                        .caplen = f->caplen,
                        .len = f->bytes->len,
                        .data = bytes};
    smbt_engine_push(engine, &frame);
}

/* So many frames a file. */
#define PIECE 7

static smbt_place place_in_pieces(uint64_t frame, void *user)
{
    uint64_t number = frame - SMBT_FRAME_PLACED - 1, piece = number / PIECE;
    static char names[4096][16]; /* a file is known by the address of its name */
    char *name = names[piece % G_N_ELEMENTS(names)];
    g_snprintf(name, sizeof names[0], "piece%u", (unsigned)piece);
    (void)user;
    return (smbt_place){.file = name, .label = name, .frame = number % PIECE + 1};
}

smbt_config *scn_config(const scn_scenario *s, GError **error)
{
    smbt_config *config = smbt_config_new();
    if (configure(config, s, error)) return config;
    smbt_config_free(config);
    return NULL;
}

static scn_findings *findings_of(const scn_scenario *s, const smbt_config *config, bool in_pieces)
{
    smbt_engine *engine = smbt_engine_new(config);
    scn_findings *f = scn_findings_new();
    for (guint i = 0; i < s->capture->len; i++) {
        if (in_pieces && i % PIECE == 0) smbt_engine_seam(engine, false);
        push(engine, s->capture->pdata[i], in_pieces ? SMBT_FRAME_PLACED : 0);
        take_records(f, engine);
    }
    smbt_engine_finish(engine, true);
    take_records(f, engine);
    smbt_capture_info info;
    smbt_engine_get_capture_info(engine, &info);
    f->duplicates = (unsigned)info.copied_frames;
    f->nat = g_intern_string(smbt_nat_name(info.nat));
    f->viewpoint = g_intern_string(smbt_viewpoint_name(info.viewpoint));
    f->connections = (unsigned)info.smb_connections;
    f->undecoded = (unsigned)info.undecoded_frames;
    f->backward = (unsigned)info.backward_frames;
    smbt_engine_free(engine);
    return f;
}

scn_findings *scn_findings_with(const scn_scenario *s, const smbt_config *config)
{
    return findings_of(s, config, false);
}

scn_findings *scn_findings_of_engine(const scn_scenario *s, GError **error)
{
    smbt_config *config = scn_config(s, error);
    if (!config) return NULL;
    scn_findings *f = findings_of(s, config, false);
    smbt_config_free(config);
    return f;
}

scn_findings *scn_findings_of_pieces(const scn_scenario *s, GError **error)
{
    static const smbt_places places = {.find = place_in_pieces};
    smbt_config *config = scn_config(s, error);
    if (!config) return NULL;
    smbt_config_set_places(config, &places);
    scn_findings *f = findings_of(s, config, true);
    smbt_config_free(config);
    return f;
}

/* ---- In words ---- */

static const char *connection_name(const scn_scenario *s, const scn_pair *p)
{
    const char *name = scn_connection_of(s, &p->client, &p->server);
    return name ? name : "?";
}

void scn_frame_say(GString *out, const scn_scenario *s, uint64_t number)
{
    GHashTableIter iter;
    gpointer label, frames;
    g_hash_table_iter_init(&iter, s->labels);
    while (number && g_hash_table_iter_next(&iter, &label, &frames)) {
        const GPtrArray *all = frames;
        for (guint i = 0; i < all->len; i++) {
            if (((const scn_frame *)all->pdata[i])->number != number) continue;
            g_string_append(out, label);
            if (i > 0) g_string_append_printf(out, ".%u", i + 1);
            return;
        }
    }
    g_string_append_printf(out, "(frame %" G_GUINT64_FORMAT ")", number);
}

static void say_offset(GString *out, smbt_time at, smbt_time origin)
{
    if (at == SMBT_TIME_NONE) return;
    g_string_append_printf(out, "%.9gs", (double)((gint64)at - (gint64)origin) / 1e9);
}

/* From when to when the end was predicted, counted from the culprit. */
static void say_predicted(GString *out, const scn_scenario *s, const scn_finding *f)
{
    smbt_time origin = scn_finding_origin(s, f);
    if (!f->rule) return;
    g_string_append_printf(out, ", predicted %s ", f->rule);
    say_offset(out, f->predicted_from, origin);
    g_string_append(out, "..");
    say_offset(out, f->predicted_to, origin);
}

smbt_time scn_finding_origin(const scn_scenario *s, const scn_finding *f)
{
    uint64_t frame = f->culprit ? f->culprit : 1;
    return frame <= s->capture->len ? ((const scn_frame *)s->capture->pdata[frame - 1])->time : 0;
}

void scn_finding_say(GString *out, const scn_scenario *s, const scn_finding *f)
{
    if (!f->is_end) {
        g_string_append_printf(out, "observation %s", f->what);
        if (f->frame) {
            g_string_append(out, " at ");
            scn_frame_say(out, s, f->frame);
        }
        return;
    }
    g_string_append_printf(out, "end %s at ", connection_name(s, &f->connection));
    scn_frame_say(out, s, f->frame);
    g_string_append_printf(out, ": %s", f->what);
    if (f->variant) g_string_append_printf(out, " %s", f->variant);
    if (f->strength) g_string_append_printf(out, " %s", f->strength);
    g_string_append_printf(out, ", %s", f->kind);
    if (f->by) g_string_append_printf(out, " by %s", f->by);
    if (f->culprit) {
        g_string_append_printf(out, ", culprit %s at ", connection_name(s, &f->culprit_connection));
        scn_frame_say(out, s, f->culprit);
        g_string_append_printf(out, ", delay %.4gms", (double)f->delay_us / 1e3);
    }
    say_predicted(out, s, f);
    if (f->back) {
        g_string_append_printf(out, ", back %s at ", connection_name(s, &f->back_connection));
        scn_frame_say(out, s, f->back);
        g_string_append_printf(out, " after %.10gs", (double)f->back_us / 1e6);
    } else if (f->not_back) {
        g_string_append_printf(out, ", back none %.*s", (int)strcspn(f->not_back, ","), f->not_back);
    }
}

void scn_pattern_say(GString *out, const scn_scenario *s, const scn_pattern *p)
{
    g_string_append_printf(out, "pattern %s %s: times %u, ends %u, from ", p->what, p->hosts, p->times,
                           p->ends);
    scn_frame_say(out, s, p->first);
    g_string_append(out, ", to ");
    scn_frame_say(out, s, p->last);
}

/* ---- Engine and command line ---- */

static bool same_pair(const scn_pair *a, const scn_pair *b)
{
    return a->client.port == b->client.port && a->server.port == b->server.port &&
           memcmp(&a->client.addr, &b->client.addr, sizeof a->client.addr) == 0 &&
           memcmp(&a->server.addr, &b->server.addr, sizeof a->server.addr) == 0;
}

static bool same_finding(const scn_finding *a, const scn_finding *b)
{
    if (a->is_end != b->is_end || a->what != b->what || a->frame != b->frame || a->severity != b->severity ||
        a->evidence != b->evidence)
        return false;
    if (!a->is_end) return true;
    return a->variant == b->variant && a->strength == b->strength && a->kind == b->kind && a->by == b->by &&
           same_pair(&a->connection, &b->connection) && a->culprit == b->culprit &&
           (!a->culprit || same_pair(&a->culprit_connection, &b->culprit_connection)) &&
           ABS(a->delay_us - b->delay_us) <= 1 && a->back == b->back && a->not_back == b->not_back &&
           ABS(a->back_us - b->back_us) <= 1 &&
           (!a->back || same_pair(&a->back_connection, &b->back_connection)) &&
           a->in_flight == b->in_flight && a->missing == b->missing && a->rule == b->rule &&
           a->predicted_from == b->predicted_from && a->predicted_to == b->predicted_to &&
           a->user == b->user && a->workstation == b->workstation;
}

static void say_row(GString *out, const char *who, const scn_scenario *s, const GArray *rows, guint at)
{
    g_string_append_printf(out, "  %s: ", who);
    if (at < rows->len)
        scn_finding_say(out, s, &g_array_index(rows, scn_finding, at));
    else
        g_string_append(out, "(nothing)");
    g_string_append_c(out, '\n');
}

/* Ends first: the document has them and the observations in arrays of their own. */
static GArray *ends_first(const GArray *rows)
{
    GArray *sorted = g_array_new(FALSE, FALSE, sizeof(scn_finding));
    for (int ends = 1; ends >= 0; ends--)
        for (guint i = 0; i < rows->len; i++)
            if (g_array_index(rows, scn_finding, i).is_end == (ends == 1))
                g_array_append_val(sorted, g_array_index(rows, scn_finding, i));
    return sorted;
}

static bool same_patterns(const GArray *a, const GArray *b)
{
    bool same = a->len == b->len;
    for (guint i = 0; same && i < a->len; i++) {
        const scn_pattern *p = &g_array_index(a, scn_pattern, i), *q = &g_array_index(b, scn_pattern, i);
        same = p->what == q->what && p->hosts == q->hosts && p->times == q->times && p->ends == q->ends &&
               p->first == q->first && p->last == q->last;
    }
    return same;
}

char *scn_findings_compare(const scn_scenario *s, const scn_findings *engine, const scn_findings *json)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GArray) a = ends_first(engine->rows), b = ends_first(json->rows);
    for (guint i = 0; i < MAX(a->len, b->len); i++) {
        if (i < a->len && i < b->len &&
            same_finding(&g_array_index(a, scn_finding, i), &g_array_index(b, scn_finding, i)))
            continue;
        say_row(out, "library     ", s, a, i);
        say_row(out, "command line", s, b, i);
    }
    if (!same_patterns(engine->patterns, json->patterns))
        g_string_append(out, "  the library and the command line differ about patterns\n");
    if (engine->viewpoint != json->viewpoint || engine->nat != json->nat ||
        engine->duplicates != json->duplicates || engine->connections != json->connections ||
        engine->undecoded != json->undecoded || engine->backward != json->backward)
        g_string_append(out, "  the library and the command line differ about the capture as a whole\n");
    return g_string_free(out, FALSE);
}

/* ---- Names ---- */

/* The same for the same text, whatever its case. */
static const char *rename_text(GPtrArray *known, const char *text)
{
    if (!text) return NULL;
    guint at = 0;
    while (at < known->len && g_ascii_strcasecmp(known->pdata[at], text) != 0)
        at++;
    if (at == known->len) g_ptr_array_add(known, (gpointer)text);
    g_autofree char *renamed = g_strdup_printf("name %u", at);
    return g_intern_string(renamed);
}

static void rename_addr(GArray *known, smbt_addr *addr)
{
    guint at = 0;
    while (at < known->len && memcmp(&g_array_index(known, smbt_addr, at), addr, sizeof *addr) != 0)
        at++;
    if (at == known->len) g_array_append_val(known, *addr);
    memset(addr->bytes, 0, sizeof addr->bytes);
    addr->bytes[0] = (uint8_t)at;
}

static void rename_pair(GArray *known, scn_pair *pair)
{
    rename_addr(known, &pair->client.addr);
    rename_addr(known, &pair->server.addr);
}

/* Words without the addresses in them. */
static const char *cut_addresses(const char *text)
{
    if (!text) return NULL;
    g_autofree char *words = g_strndup(text, strcspn(text, "0123456789"));
    return g_intern_string(words);
}

/* Names are sorted by what they are: how many there are is left. */
static const char *count_names(const char *names)
{
    g_auto(GStrv) parts = g_strsplit(names, " ", -1);
    g_autofree char *count = g_strdup_printf("%u", g_strv_length(parts));
    return g_intern_string(count);
}

void scn_findings_rename(scn_findings *f)
{
    for (guint i = 0; i < f->patterns->len; i++) {
        scn_pattern *p = &g_array_index(f->patterns, scn_pattern, i);
        p->hosts = count_names(p->hosts);
    }
    g_autoptr(GArray) rows = ends_first(f->rows), addrs = g_array_new(FALSE, FALSE, sizeof(smbt_addr));
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    for (guint i = 0; i < rows->len; i++) {
        scn_finding *row = &g_array_index(rows, scn_finding, i);
        if (!row->is_end) continue;
        rename_pair(addrs, &row->connection);
        if (row->culprit) rename_pair(addrs, &row->culprit_connection);
        if (row->back) rename_pair(addrs, &row->back_connection);
        row->not_back = cut_addresses(row->not_back);
        row->user = rename_text(texts, row->user);
        row->workstation = rename_text(texts, row->workstation);
    }
    g_array_set_size(f->rows, 0);
    g_array_append_vals(f->rows, rows->data, rows->len);
}
