/* The state of connections as text: a heading for each, then its objects, requests and clocks in columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text_rows.h"
#include "report/timestamp.h"

/* Where the rows' labels begin. */
#define LABEL_COLUMN 4

/* "opened in frame 15"; "there before frame 15". */
static void part_since(GString *details, bool preexisting, const char *verb, uint64_t frame)
{
    smbt_text_part(details);
    smbt_para_add(details, preexisting ? "there before " : verb);
    if (!preexisting) smbt_para_add(details, " in ");
    if (frame)
        smbt_text_frame(details, frame);
    else
        smbt_para_add(details, "the capture");
}

/* ---- Objects
 * ---------------------------------------------------------------------------------------------------- */

static void add_sessions(struct smbt_text_rows *rows, const GArray *sessions)
{
    for (guint i = 0; i < sessions->len; i++) {
        const smbt_state_session *s = &g_array_index(sessions, smbt_state_session, i);
        struct smbt_text_row *r = smbt_text_rows_add(rows);
        smbt_text_id(r->id, s->id > 0xffff ? "Id" : "UID", s->id > 0xffff ? "x" : "d", s->id);
        smbt_text_name_or(r->name, s->user, "user not seen");
        smbt_text_part_add(r->details, s->state);
        smbt_text_part_add(r->details, s->mechanism);
        if (s->preexisting)
            part_since(r->details, true, NULL, s->frame);
        else
            smbt_text_part_frame(r->details, "since", s->frame);
        smbt_text_part_frame(r->details, "closed by VcNumber 0 in", s->vc_frame);
        smbt_text_part_frame(r->details, "expired in", s->expired_frame);
    }
}

static void add_trees(struct smbt_text_rows *rows, const GArray *trees)
{
    for (guint i = 0; i < trees->len; i++) {
        const smbt_state_tree *t = &g_array_index(trees, smbt_state_tree, i);
        struct smbt_text_row *r = smbt_text_rows_add(rows);
        smbt_text_id(r->id, "TID", "d", t->tid);
        smbt_text_name_or(r->name, t->path, "path not seen");
        smbt_text_part_add(r->details, t->kind ? t->kind : "disk or pipe");
        part_since(r->details, t->preexisting, "connected", t->frame);
    }
}

static void add_oplock(GString *details, const smbt_state_open *o)
{
    if (o->oplock) {
        smbt_text_part(details);
        smbt_para_printf(details, "%s oplock", o->oplock);
    }
    if (o->breaking) {
        smbt_text_part(details);
        smbt_para_style(details, SMBT_PARA_WARNING);
        smbt_para_add(details, "breaking since ");
        smbt_text_frame(details, o->break_frame);
        smbt_para_style(details, SMBT_PARA_PLAIN);
    } else {
        smbt_text_part_frame(details, "broken in", o->break_frame);
        smbt_text_part_frame(details, "acknowledged in", o->ack_frame);
    }
}

static void add_opens(struct smbt_text_rows *rows, const smbt_state_connection *c)
{
    for (guint i = 0; i < c->opens->len; i++) {
        const smbt_state_open *o = &g_array_index(c->opens, smbt_state_open, i);
        struct smbt_text_row *r = smbt_text_rows_add(rows);
        smbt_text_id(r->id, "FID", "x", o->fid);
        smbt_text_name_or(r->name, o->path, "name not seen");
        smbt_text_part_add(r->details, o->kind ? o->kind : "file or pipe");
        add_oplock(r->details, o);
        if (o->locks) {
            smbt_text_part(r->details);
            smbt_text_counted(r->details, o->locks, "lock", "locks");
        }
        if (o->offline) smbt_text_part_add(r->details, "offline");
        part_since(r->details, o->preexisting, "opened", o->frame);
    }
    if (!c->smb2_opens) return;
    struct smbt_text_row *r = smbt_text_rows_add(rows);
    smbt_text_counted(r->id, c->smb2_opens, "file", "files");
    smbt_para_add(r->details, "of SMB2, which ones is not followed");
}

static void add_searches(struct smbt_text_rows *rows, const GArray *searches, smbt_time now)
{
    for (guint i = 0; i < searches->len; i++) {
        const smbt_state_search *s = &g_array_index(searches, smbt_state_search, i);
        struct smbt_text_row *r = smbt_text_rows_add(rows);
        smbt_text_id(r->id, s->has_sid ? "SID" : "MID", s->has_sid ? "x" : "d", s->sid);
        smbt_text_name_or(r->name, s->pattern, "pattern not seen");
        part_since(r->details, s->preexisting, "begun", s->frame);
        smbt_text_part_frame(r->details, "last used in", s->last_frame);
        smbt_text_part(r->details);
        smbt_text_duration(r->details, now > s->last_used ? now - s->last_used : 0);
        smbt_para_add(r->details, " ago");
    }
}

/* ---- Requests
 * --------------------------------------------------------------------------------------------------- */

static void add_requests(struct smbt_text_rows *rows, const GArray *requests)
{
    static const char *const timers[] = {[SMBT_STATE_TIMED] = "the client's timer runs",
                                         [SMBT_STATE_EXEMPT] = "exempt from the client's timer: ",
                                         [SMBT_STATE_UNSURE] = "not sure to be timed: "};
    for (guint i = 0; i < requests->len; i++) {
        const smbt_state_request *q = &g_array_index(requests, smbt_state_request, i);
        struct smbt_text_row *r = smbt_text_rows_add(rows);
        smbt_text_frame(r->id, q->frame);
        smbt_text_name_or(r->name, q->command, "request");
        if (q->has_fid) {
            smbt_text_part(r->details);
            smbt_text_id(r->details, "FID", "x", q->fid);
        }
        smbt_text_part_add(r->details, q->path);
        smbt_text_part(r->details);
        smbt_para_add(r->details, "waits for ");
        smbt_text_duration(r->details, q->age);
        if (q->interim) smbt_text_part_add(r->details, "interim answer seen");
        if (q->cancelled) smbt_text_part_add(r->details, "cancelled by the client");
        smbt_text_part_frame(r->details, "ECHO sent in", q->probe_frame);
        smbt_text_part_add(r->details, timers[q->patience]);
        smbt_para_add(r->details, q->why);
    }
}

/* ---- Connections
 * ------------------------------------------------------------------------------------------------ */

void smbt_text_state_rows(struct smbt_text_writer *w, const smbt_state_connection *c, smbt_time now,
                          unsigned most)
{
    struct smbt_text_rows rows = smbt_text_rows_init(w, "session");
    add_sessions(&rows, c->sessions);
    smbt_text_rows_end(&rows, most);
    rows = smbt_text_rows_init(w, "tree");
    add_trees(&rows, c->trees);
    smbt_text_rows_end(&rows, most);
    rows = smbt_text_rows_init(w, "open");
    add_opens(&rows, c);
    smbt_text_rows_end(&rows, most);
    rows = smbt_text_rows_init(w, "search");
    add_searches(&rows, c->searches, now);
    smbt_text_rows_end(&rows, most);
    rows = smbt_text_rows_init(w, "pending");
    add_requests(&rows, c->requests);
    smbt_text_rows_end(&rows, most);
    rows = smbt_text_rows_init(w, "clock");
    smbt_text_state_clocks(&rows, c->clocks, now);
    smbt_text_rows_end(&rows, most);
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
    w.naming.places = state->places;
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
    w.naming.home = state->frame; /* has been named */
    g_string_append_c(out, '\n');
    for (guint i = 0; i < n; i++)
        add_connection(&w, &g_array_index(state->connections, smbt_state_connection, i), state->time);
    smbt_text_writer_clear(&w);
}
