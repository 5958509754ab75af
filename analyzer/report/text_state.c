/* The state of connections as text: a heading for each, then its objects, requests and clocks in columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text.h"
#include "report/timestamp.h"

/* Where the rows' labels and their columns begin. */
#define LABEL_COLUMN 4
#define FIRST_COLUMN 16
#define BETWEEN      2
/* The second column is no wider than this; what is longer pushes its row's rest aside. */
#define NAME_WIDTH 32
/* The last column hangs beside the others while it has this much room, beneath them otherwise. */
#define DETAILS_MIN 36

/* ---- Rows in columns
 * --------------------------------------------------------------------------------------------- */

/* Paragraphs: what it is, its name, the rest. */
struct row {
    GString *id, *name, *details;
};

struct rows {
    struct smbt_text_writer *w;
    const char *label;
    smbt_time now;
    GPtrArray *rows; /* of struct row */
};

static void row_free(gpointer p)
{
    struct row *r = p;
    g_string_free(r->id, TRUE);
    g_string_free(r->name, TRUE);
    g_string_free(r->details, TRUE);
    g_free(r);
}

static struct rows rows_init(struct smbt_text_writer *w, const char *label, smbt_time now)
{
    return (struct rows){
        .w = w, .label = label, .now = now, .rows = g_ptr_array_new_with_free_func(row_free)};
}

static struct row *add_row(struct rows *rows)
{
    struct row *r = g_new(struct row, 1);
    *r = (struct row){.id = g_string_new(NULL), .name = g_string_new(NULL), .details = g_string_new(NULL)};
    g_ptr_array_add(rows->rows, r);
    return r;
}

static unsigned widest(const GPtrArray *rows, bool names)
{
    unsigned most = 0;
    for (guint i = 0; i < rows->len; i++) {
        const struct row *r = rows->pdata[i];
        unsigned n = smbt_para_columns(names ? r->name : r->id);
        if (n <= NAME_WIDTH) most = MAX(most, n);
    }
    return most;
}

static void append_padded(GString *para, const GString *cell, unsigned width)
{
    unsigned columns = smbt_para_columns(cell);
    g_string_append_len(para, cell->str, (gssize)cell->len);
    smbt_para_blanks(para, (columns < width ? width - columns : 0) + BETWEEN - 1);
    smbt_para_add(para, " ");
}

/* Writes the first `most` rows, 0: all, and empties them. */
static void end_rows(struct rows *rows, unsigned most)
{
    struct smbt_text_writer *w = rows->w;
    unsigned ids = widest(rows->rows, false), names = widest(rows->rows, true), n = rows->rows->len;
    unsigned details = FIRST_COLUMN + ids + BETWEEN + (names ? names + BETWEEN : 0);
    unsigned hang = details + DETAILS_MIN <= w->width ? details : FIRST_COLUMN + BETWEEN;
    unsigned shown = most && n > most + 1 ? most : n;
    for (unsigned i = 0; i < shown; i++) {
        const struct row *r = rows->rows->pdata[i];
        smbt_para_style(w->para, SMBT_PARA_DIM);
        smbt_para_add(w->para, i == 0 ? rows->label : NULL);
        smbt_para_style(w->para, SMBT_PARA_PLAIN);
        smbt_para_blanks(w->para, FIRST_COLUMN - LABEL_COLUMN - smbt_para_columns(w->para));
        append_padded(w->para, r->id, ids);
        if (names) append_padded(w->para, r->name, names);
        g_string_append_len(w->para, r->details->str, (gssize)r->details->len);
        smbt_text_flush(w, LABEL_COLUMN, hang);
    }
    if (shown < n) {
        smbt_para_style(w->para, SMBT_PARA_DIM);
        smbt_para_printf(w->para, "and %u more", n - shown);
        smbt_text_flush(w, FIRST_COLUMN, FIRST_COLUMN);
    }
    g_ptr_array_unref(rows->rows);
}

/* ---- Words
 * ------------------------------------------------------------------------------------------------------ */

/* What there is to say, one after the other. */
static void part(GString *details)
{
    if (details->len) smbt_para_add(details, ", ");
}

static void part_add(GString *details, const char *text)
{
    if (!text) return;
    part(details);
    smbt_para_add(details, text);
}

/* "opened in frame 15"; "there before frame 15". */
static void part_since(GString *details, bool preexisting, const char *verb, uint64_t frame)
{
    part(details);
    smbt_para_add(details, preexisting ? "there before " : verb);
    if (!preexisting) smbt_para_add(details, " in ");
    if (frame)
        smbt_text_frame(details, frame);
    else
        smbt_para_add(details, "the capture");
}

static void part_frame(GString *details, const char *words, uint64_t frame)
{
    if (!frame) return;
    part(details);
    smbt_para_add(details, words);
    smbt_para_blanks(details, 1);
    smbt_text_frame(details, frame);
}

static void name_or(GString *name, const char *text, const char *otherwise)
{
    if (!text) smbt_para_style(name, SMBT_PARA_DIM);
    smbt_para_add_together(name, text ? text : otherwise);
    if (!text) smbt_para_style(name, SMBT_PARA_PLAIN);
}

static void add_id(GString *id, const char *kind, const char *format, uint64_t value)
{
    g_autofree char *number = g_strcmp0(format, "x") == 0
                                  ? g_strdup_printf("0x%04" G_GINT64_MODIFIER "x", value)
                                  : g_strdup_printf("%" G_GUINT64_FORMAT, value);
    smbt_para_add(id, kind);
    smbt_para_blanks(id, 1);
    smbt_para_add(id, number);
}

/* ---- Objects
 * ---------------------------------------------------------------------------------------------------- */

static void add_sessions(struct rows *rows, const GArray *sessions)
{
    for (guint i = 0; i < sessions->len; i++) {
        const smbt_state_session *s = &g_array_index(sessions, smbt_state_session, i);
        struct row *r = add_row(rows);
        add_id(r->id, s->id > 0xffff ? "Id" : "UID", s->id > 0xffff ? "x" : "d", s->id);
        name_or(r->name, s->user, "user not seen");
        part_add(r->details, s->state);
        part_add(r->details, s->mechanism);
        if (s->preexisting)
            part_since(r->details, true, NULL, s->frame);
        else
            part_frame(r->details, "since", s->frame);
        part_frame(r->details, "closed by VcNumber 0 in", s->vc_frame);
        part_frame(r->details, "expired in", s->expired_frame);
    }
}

static void add_trees(struct rows *rows, const GArray *trees)
{
    for (guint i = 0; i < trees->len; i++) {
        const smbt_state_tree *t = &g_array_index(trees, smbt_state_tree, i);
        struct row *r = add_row(rows);
        add_id(r->id, "TID", "d", t->tid);
        name_or(r->name, t->path, "path not seen");
        part_add(r->details, t->kind ? t->kind : "disk or pipe");
        part_since(r->details, t->preexisting, "connected", t->frame);
    }
}

static void add_oplock(GString *details, const smbt_state_open *o)
{
    if (o->oplock) {
        part(details);
        smbt_para_printf(details, "%s oplock", o->oplock);
    }
    if (o->breaking) {
        part(details);
        smbt_para_style(details, SMBT_PARA_WARNING);
        smbt_para_add(details, "breaking since ");
        smbt_text_frame(details, o->break_frame);
        smbt_para_style(details, SMBT_PARA_PLAIN);
    } else {
        part_frame(details, "broken in", o->break_frame);
        part_frame(details, "acknowledged in", o->ack_frame);
    }
}

static void add_opens(struct rows *rows, const smbt_state_connection *c)
{
    for (guint i = 0; i < c->opens->len; i++) {
        const smbt_state_open *o = &g_array_index(c->opens, smbt_state_open, i);
        struct row *r = add_row(rows);
        add_id(r->id, "FID", "x", o->fid);
        name_or(r->name, o->path, "name not seen");
        part_add(r->details, o->kind ? o->kind : "file or pipe");
        add_oplock(r->details, o);
        if (o->locks) {
            part(r->details);
            smbt_text_counted(r->details, o->locks, "lock", "locks");
        }
        if (o->offline) part_add(r->details, "offline");
        part_since(r->details, o->preexisting, "opened", o->frame);
    }
    if (!c->smb2_opens) return;
    struct row *r = add_row(rows);
    smbt_text_counted(r->id, c->smb2_opens, "file", "files");
    smbt_para_add(r->details, "of SMB2, which ones is not followed");
}

static void add_searches(struct rows *rows, const GArray *searches)
{
    for (guint i = 0; i < searches->len; i++) {
        const smbt_state_search *s = &g_array_index(searches, smbt_state_search, i);
        struct row *r = add_row(rows);
        add_id(r->id, s->has_sid ? "SID" : "MID", s->has_sid ? "x" : "d", s->sid);
        name_or(r->name, s->pattern, "pattern not seen");
        part_since(r->details, s->preexisting, "begun", s->frame);
        part_frame(r->details, "last used in", s->last_frame);
        part(r->details);
        smbt_text_duration(r->details, rows->now > s->last_used ? rows->now - s->last_used : 0);
        smbt_para_add(r->details, " ago");
    }
}

/* ---- Requests
 * --------------------------------------------------------------------------------------------------- */

static void add_requests(struct rows *rows, const GArray *requests)
{
    static const char *const timers[] = {[SMBT_STATE_TIMED] = "the client's timer runs",
                                         [SMBT_STATE_EXEMPT] = "exempt from the client's timer: ",
                                         [SMBT_STATE_UNSURE] = "not sure to be timed: "};
    for (guint i = 0; i < requests->len; i++) {
        const smbt_state_request *q = &g_array_index(requests, smbt_state_request, i);
        struct row *r = add_row(rows);
        smbt_text_frame(r->id, q->frame);
        name_or(r->name, q->command, "request");
        if (q->has_fid) {
            part(r->details);
            add_id(r->details, "FID", "x", q->fid);
        }
        part_add(r->details, q->path);
        part(r->details);
        smbt_para_add(r->details, "waits for ");
        smbt_text_duration(r->details, q->age);
        if (q->interim) part_add(r->details, "interim answer seen");
        if (q->cancelled) part_add(r->details, "cancelled by the client");
        part_frame(r->details, "ECHO sent in", q->probe_frame);
        part_add(r->details, timers[q->patience]);
        smbt_para_add(r->details, q->why);
    }
}

/* From here on the time of day alone misleads. */
#define DAY (24 * 3600 * UINT64_C(1000000000))

/* ---- Clocks
 * ----------------------------------------------------------------------------------------------------- */

/* "in 9 min to 10 min", "from 23 s ago to 7 s from now", "5 s to 2 s ago", "now". */
static void add_relative(GString *para, smbt_time now, smbt_time from, smbt_time to)
{
    bool two = to > from;
    smbt_para_add(para, from > now ? "in " : from < now && two && to > now ? "from " : NULL);
    if (from == now)
        smbt_para_add(para, "now");
    else
        smbt_text_duration(para, from > now ? from - now : now - from);
    if (from < now && (!two || to >= now)) smbt_para_add(para, " ago");
    if (!two) return;
    smbt_para_add(para, " to ");
    if (to == now)
        smbt_para_add(para, "now");
    else
        smbt_text_duration(para, to > now ? to - now : now - to);
    if (to < now) smbt_para_add(para, " ago");
    if (from <= now && to > now) smbt_para_add(para, " from now");
}

static void add_deadline(GString *para, smbt_time now, const smbt_state_clock *k)
{
    char clock[SMBT_TIMESTAMP_SIZE];
    bool over = k->to < now;
    part(para);
    smbt_para_style(para, over ? SMBT_PARA_DIM : k->closes ? SMBT_PARA_BOLD : SMBT_PARA_PLAIN);
    smbt_para_printf(para, "%s %s ", smbt_side_name(k->side), over ? "should have acted:" : k->action);
    add_relative(para, now, k->from, k->to);
    smbt_para_style(para, SMBT_PARA_PLAIN);
    smbt_para_add(para, " (");
    if (k->from > now && k->from - now >= DAY)
        smbt_para_printf(para, "%s ", smbt_timestamp_date(clock, k->from));
    smbt_para_add(para, smbt_timestamp_clock(clock, k->from));
    if (k->to > k->from) smbt_para_printf(para, " to %s", smbt_timestamp_clock(clock, k->to));
    smbt_para_add(para, ")");
}

static void add_start(GString *para, const smbt_state_clock *k)
{
    part(para);
    smbt_para_add(para, "from ");
    if (k->frame)
        smbt_text_frame(para, k->frame);
    else
        smbt_para_add(para, "before the capture");
    if (k->restarts > 1) {
        smbt_para_add(para, " on, restarted ");
        smbt_text_counted(para, k->restarts - 1, "time", "times");
    } else {
        smbt_para_add(para, " on");
    }
}

static void add_clocks(struct rows *rows, const GArray *clocks)
{
    for (guint i = 0; i < clocks->len; i++) {
        const smbt_state_clock *k = &g_array_index(clocks, smbt_state_clock, i);
        struct row *r = add_row(rows);
        smbt_para_add_together(r->id, k->timer);
        if (k->off)
            smbt_para_add(r->name, "off");
        else if (k->known)
            smbt_text_duration(r->name, k->value);
        else
            name_or(r->name, NULL, "value not known");
        if (k->object) smbt_para_printf(r->details, "for %s", k->object);
        if (k->source) {
            part(r->details);
            smbt_para_printf(r->details, "%s%s", g_str_has_prefix(k->source, "set by ") ? "" : "of ",
                             k->source);
        }
        add_start(r->details, k);
        if (k->from != SMBT_TIME_NONE) add_deadline(r->details, rows->now, k);
        for (guint d = 0; d < k->doubts->len; d++) {
            smbt_para_add(r->details, d == 0 ? "; in doubt: " : ", ");
            smbt_para_add(r->details, k->doubts->pdata[d]);
        }
    }
}

/* ---- Connections
 * ------------------------------------------------------------------------------------------------ */

void smbt_text_state_rows(struct smbt_text_writer *w, const smbt_state_connection *c, smbt_time now,
                          unsigned most)
{
    struct rows rows = rows_init(w, "session", now);
    add_sessions(&rows, c->sessions);
    end_rows(&rows, most);
    rows = rows_init(w, "tree", now);
    add_trees(&rows, c->trees);
    end_rows(&rows, most);
    rows = rows_init(w, "open", now);
    add_opens(&rows, c);
    end_rows(&rows, most);
    rows = rows_init(w, "search", now);
    add_searches(&rows, c->searches);
    end_rows(&rows, most);
    rows = rows_init(w, "pending", now);
    add_requests(&rows, c->requests);
    end_rows(&rows, most);
    rows = rows_init(w, "clock", now);
    add_clocks(&rows, c->clocks);
    end_rows(&rows, most);
    if (c->sessions->len + c->trees->len + c->opens->len + c->searches->len + c->requests->len +
            c->clocks->len + c->smb2_opens ==
        0) {
        smbt_para_style(w->para, SMBT_PARA_DIM);
        smbt_para_add(w->para, "nothing held, nothing pending, no clock known");
        smbt_text_flush(w, LABEL_COLUMN, LABEL_COLUMN);
    }
}

static void add_connection(struct smbt_text_writer *w, const smbt_state_connection *c, smbt_time now)
{
    char clock[SMBT_TIMESTAMP_SIZE];
    bool netbios = g_strcmp0(c->transport, "netbios") == 0;
    smbt_para_style(w->para, SMBT_PARA_BOLD);
    smbt_text_pair(w->para, &c->client, &c->server);
    smbt_para_style(w->para, SMBT_PARA_PLAIN);
    smbt_para_blanks(w->para, 2);
    smbt_para_printf(w->para, " %s, %s, ", c->dialect ? c->dialect : "dialect not seen",
                     netbios ? "NetBIOS" : "direct TCP");
    smbt_para_add(w->para, c->from_start ? "since " : "first seen in ");
    smbt_text_frame(w->para, c->first_frame);
    smbt_para_printf(w->para, ", %s (", smbt_timestamp_clock(clock, c->first_time));
    smbt_text_duration(w->para, now > c->first_time ? now - c->first_time : 0);
    smbt_para_add(w->para, ")");
    smbt_text_flush(w, 2, 4);
    smbt_text_state_rows(w, c, now, 0);
    g_string_append_c(w->out, '\n');
}

void smbt_text_state(GString *out, const smbt_text_style *style, const smbt_state *state)
{
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    char buf[SMBT_TIMESTAMP_SIZE];
    guint n = state->connections->len;
    smbt_text_blank_line(&w);
    smbt_para_style(w.para, SMBT_PARA_BOLD);
    smbt_para_add(w.para, "After ");
    smbt_text_frame(w.para, state->frame);
    smbt_para_style(w.para, SMBT_PARA_PLAIN);
    if (state->time != SMBT_TIME_NONE) {
        smbt_para_printf(w.para, ", %s", smbt_timestamp_date(buf, state->time));
        smbt_para_blanks(w.para, 1);
        smbt_para_printf(w.para, "%s UTC", smbt_timestamp_clock(buf, state->time));
    }
    smbt_para_blanks(w.para, 2);
    smbt_para_add(w.para, " ");
    if (n)
        smbt_text_counted(w.para, n, "SMB connection", "SMB connections");
    else
        smbt_para_add(w.para, "no SMB connection is open");
    smbt_text_flush(&w, 0, 2);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < n; i++)
        add_connection(&w, &g_array_index(state->connections, smbt_state_connection, i), state->time);
    smbt_text_writer_clear(&w);
}
