/* The end of a connection as text: plain words first, evidence with frame numbers, then what was ruled out,
 * then what to do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/phrase.h"
#include "report/text.h"
#include "report/timestamp.h"

#include <string.h>

/* A line narrower than this has no room for a time in one-line findings. */
#define ROOMY_WIDTH 100
/* Where remedies begin, behind "  Fix: ". */
#define REMEDY_COLUMN 7
/* How many requests of one command are named by their frames. */
#define FRAMES_SHOWN 5
/* How many objects of a kind are shown of the state. */
#define STATE_ROWS_SHOWN 20

const char *smbt_end_manner(const smbt_end *end)
{
    static const char *const words[][3] = {
        [SMBT_END_RST] = {"reset by the client", "reset by the server", "reset"},
        [SMBT_END_FIN] = {"closed by the client", "closed by the server", "closed"},
        [SMBT_END_SILENCE] = {"fell silent", "fell silent", "fell silent"},
    };
    static const char *const forged[] = {"reset in the client's name", "reset in the server's name", "reset"};
    if (g_strcmp0(end->cause, "forged-reset") == 0) return forged[end->by];
    return words[end->kind][end->by];
}

char *smbt_variant_words(const char *variant)
{
    static const struct {
        const char *variant, *words;
    } own[] = {{"nat-collision", "NAT collision"},
               {"undetermined", "hosts not told apart"}}; /* the variant is; the strength is the cause's */
    for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
        if (strcmp(own[i].variant, variant) == 0) return g_strdup(own[i].words);
    return g_strdelimit(g_strdup(variant), "-", ' ');
}

void smbt_text_cause(GString *para, const smbt_end *end)
{
    smbt_para_style(para, SMBT_PARA_BOLD);
    smbt_para_add_together(para, end->cause);
    smbt_para_style(para, SMBT_PARA_PLAIN);
    if (!end->variant) return;
    g_autofree char *words = smbt_variant_words(end->variant);
    smbt_para_add_together(para, ", ");
    smbt_para_add_together(para, words);
}

static void add_strength(GString *para, enum smbt_strength strength)
{
    smbt_para_add_together(para, " (");
    smbt_para_add(para, smbt_strength_name(strength));
    smbt_para_add(para, ")");
}

static void add_headline(struct smbt_text_writer *w, const smbt_end *end)
{
    smbt_text_mark(w->para, end->severity);
    if (end->severity <= SMBT_SEVERITY_INFO) smbt_para_style(w->para, SMBT_PARA_PLAIN);
    const smbt_connection_info *c = &end->connection;
    smbt_text_pair_behind(w->para, &c->client, &c->server, &c->nat);
    smbt_para_style(w->para, SMBT_PARA_PLAIN);
    smbt_para_blanks(w->para, 2);
    smbt_para_add(w->para, " ");
}

static void add_one_line(struct smbt_text_writer *w, const smbt_end *end)
{
    add_headline(w, end);
    smbt_text_cause(w->para, end);
    if (end->strength == SMBT_STRENGTH_POSSIBLE || end->strength == SMBT_STRENGTH_LIKELY)
        add_strength(w->para, end->strength);
    smbt_para_add_together(w->para, ", ");
    smbt_text_frame(w->para, end->frame);
    if (w->width >= ROOMY_WIDTH) smbt_text_clock(w->para, end->time);
    smbt_text_views_in_short(w->para, end);
    smbt_text_flush(w, 0, 4);
}

static void add_culprit(struct smbt_text_writer *w, const smbt_end *end)
{
    if (!end->culprit.frame) return;
    smbt_text_begin_row(w, "set off by");
    smbt_text_frame(w->para, end->culprit.frame);
    if (end->culprit.has_connection) {
        smbt_para_add(w->para, " on ");
        smbt_text_pair_behind(w->para, &end->culprit.client, &end->culprit.server, &end->culprit.nat);
    }
    if (end->culprit.delay != SMBT_DURATION_UNKNOWN) {
        smbt_para_add(w->para, ", ");
        smbt_text_duration(w->para, end->culprit.delay);
        smbt_para_add(w->para, " before");
    }
    smbt_text_end_row(w);
    for (guint i = 0; end->culprit_elsewhere && i < end->culprit_elsewhere->len; i++) {
        smbt_text_begin_row(w, NULL);
        smbt_para_add(w->para, "in ");
        smbt_text_other_frame(w->para, &g_array_index(end->culprit_elsewhere, smbt_other_frame, i));
        smbt_text_end_row(w);
    }
}

/* All requests of one command, from the first one at `first`: "2 READ_ANDX (frames 270, 272)". */
static void add_command(GString *para, const GArray *requests, guint first)
{
    const char *command = g_array_index(requests, smbt_in_flight, first).command;
    GString *frames = g_string_new(NULL);
    unsigned n = 0;
    for (guint i = first; i < requests->len; i++) {
        const smbt_in_flight *r = &g_array_index(requests, smbt_in_flight, i);
        if (g_strcmp0(r->command, command) != 0) continue;
        n++;
        if (n > FRAMES_SHOWN) continue;
        g_string_append_printf(frames, "%s%" G_GUINT64_FORMAT, n > 1 ? ", " : "", r->frame);
    }
    smbt_para_count(para, n);
    smbt_para_blanks(para, 1);
    smbt_para_add(para, command ? command : "request");
    smbt_para_printf(para, " (%s %s%s)", n == 1 ? "frame" : "frames", frames->str,
                     n > FRAMES_SHOWN ? " …" : "");
    g_string_free(frames, TRUE);
}

static bool is_first_of_command(const GArray *requests, guint at)
{
    const char *command = g_array_index(requests, smbt_in_flight, at).command;
    for (guint i = 0; i < at; i++)
        if (g_strcmp0(g_array_index(requests, smbt_in_flight, i).command, command) == 0) return false;
    return true;
}

bool smbt_user_sees_error_64(const smbt_end *end)
{
    bool is_waiting = end->in_flight && end->in_flight->len;
    return is_waiting && end->kind == SMBT_END_RST && end->by != SMBT_SIDE_CLIENT;
}

bool smbt_text_in_flight(GString *para, const smbt_end *end)
{
    const GArray *requests = end->in_flight;
    if (!requests || requests->len == 0) return false;
    for (guint i = 0; i < requests->len; i++) {
        if (!is_first_of_command(requests, i)) continue;
        if (i > 0) smbt_para_add(para, ", ");
        add_command(para, requests, i);
    }
    if (end->in_flight_more) smbt_para_printf(para, " and %u more", end->in_flight_more);
    smbt_duration oldest = g_array_index(requests, smbt_in_flight, 0).age;
    if (oldest != SMBT_DURATION_UNKNOWN) {
        smbt_para_add(para, "; the oldest had waited ");
        smbt_text_duration(para, oldest);
    }
    if (smbt_user_sees_error_64(end)) smbt_para_add(para, "; a Windows user sees error 64");
    return true;
}

static void add_in_flight(struct smbt_text_writer *w, const smbt_end *end)
{
    if (!end->in_flight || end->in_flight->len == 0) return;
    smbt_text_begin_row(w, "in flight");
    smbt_text_in_flight(w->para, end);
    smbt_text_end_row(w);
}

bool smbt_text_reconnect(GString *para, const smbt_end *end)
{
    const smbt_reconnect *r = &end->reconnect;
    if (!r->frame) {
        smbt_para_add(para, r->none);
        return r->none != NULL;
    }
    smbt_para_add(para, "after ");
    smbt_text_duration(para, r->after);
    smbt_para_add(para, ", ");
    smbt_text_frame(para, r->frame);
    smbt_para_add(para, " on ");
    smbt_text_pair_behind(para, &r->client, &r->server, &r->nat);
    if (!r->logon_frame) return true;
    smbt_para_add(para, "; logged on after ");
    smbt_text_duration(para, r->logon_after);
    return true;
}

static void add_reconnect(struct smbt_text_writer *w, const smbt_end *end)
{
    if (!end->reconnect.frame && !end->reconnect.none) return;
    smbt_text_begin_row(w, "back");
    smbt_text_reconnect(w->para, end);
    smbt_text_end_row(w);
}

static void add_ruled_out(struct smbt_text_writer *w, const GArray *ruled_out)
{
    if (!ruled_out || ruled_out->len == 0) return;
    smbt_text_begin_row(w, "ruled out");
    for (guint i = 0; i < ruled_out->len; i++) {
        const smbt_ruled_out *r = &g_array_index(ruled_out, smbt_ruled_out, i);
        if (i > 0) smbt_para_add(w->para, ", ");
        smbt_para_add(w->para, r->cause);
        smbt_para_add(w->para, " (");
        smbt_para_add(w->para, r->why);
        smbt_para_add(w->para, ")");
    }
    smbt_text_end_row(w);
}

static void add_list(struct smbt_text_writer *w, const char *label, const GPtrArray *items)
{
    for (guint i = 0; items && i < items->len; i++) {
        smbt_text_begin_row(w, i == 0 ? label : NULL);
        smbt_para_add(w->para, items->pdata[i]);
        smbt_text_end_row(w);
    }
}

static void add_remedies(struct smbt_text_writer *w, const GPtrArray *remedies)
{
    for (guint i = 0; remedies && i < remedies->len; i++) {
        smbt_para_style(w->para, SMBT_PARA_BOLD);
        smbt_para_add(w->para, i == 0 ? "Fix:" : NULL);
        smbt_para_style(w->para, SMBT_PARA_PLAIN);
        smbt_para_blanks(w->para, i == 0 ? 1 : REMEDY_COLUMN - 2);
        smbt_para_add(w->para, remedies->pdata[i]);
        smbt_text_flush(w, 2, REMEDY_COLUMN);
    }
}

static void add_connection(struct smbt_text_writer *w, const smbt_end *end)
{
    const smbt_connection_info *c = &end->connection;
    char buf[SMBT_TIMESTAMP_SIZE];
    smbt_text_begin_row(w, "connection");
    smbt_para_add(w->para, "from ");
    smbt_text_frame(w->para, c->first_frame);
    smbt_para_printf(w->para, ", %s, %s", c->transport ? c->transport : "transport not seen",
                     c->dialect ? c->dialect : "dialect not seen");
    smbt_para_printf(w->para, ", user %s, workstation %s", c->user ? c->user : "not seen",
                     c->workstation ? c->workstation : "not seen");
    smbt_text_end_row(w);
    if (end->time != SMBT_TIME_NONE) {
        smbt_text_begin_row(w, "ended");
        smbt_para_add(w->para, smbt_timestamp_rfc3339(buf, end->time));
        smbt_text_end_row(w);
    }
    if (!end->predicted.rule) return;
    smbt_text_begin_row(w, "predicted");
    smbt_para_printf(w->para, "by rule %s", end->predicted.rule);
    if (end->predicted.profile) smbt_para_printf(w->para, " of profile %s", end->predicted.profile);
    if (end->predicted.from != SMBT_TIME_NONE)
        smbt_para_printf(w->para, ", from %s", smbt_timestamp_clock(buf, end->predicted.from));
    if (end->predicted.to != SMBT_TIME_NONE)
        smbt_para_printf(w->para, " to %s", smbt_timestamp_clock(buf, end->predicted.to));
    smbt_text_end_row(w);
}

/* What the verdict rests on. */
static void add_state(struct smbt_text_writer *w, const smbt_end *end)
{
    if (!end->state || end->state->connections->len == 0) return;
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_add(w->para, "State when it ended");
    smbt_text_flush(w, 2, 2);
    smbt_text_state_rows(w, &g_array_index(end->state->connections, smbt_state_connection, 0),
                         end->state->time, STATE_ROWS_SHOWN);
}

void smbt_text_end_record(struct smbt_text_writer *w, const smbt_end *end)
{
    if (end->severity == SMBT_SEVERITY_INFO && !w->style->verbose) {
        add_one_line(w, end);
        return;
    }
    smbt_text_blank_line(w);
    add_headline(w, end);
    smbt_para_add_together(w->para, smbt_end_manner(end));
    smbt_para_add_together(w->para, end->kind == SMBT_END_SILENCE ? ", last " : ", ");
    smbt_text_frame(w->para, end->frame);
    smbt_text_clock(w->para, end->time);
    smbt_text_flush(w, 0, 4);
    w->naming.home = end->frame; /* has been named */
    smbt_text_cause(w->para, end);
    if (end->strength != SMBT_STRENGTH_NONE) add_strength(w->para, end->strength);
    if (end->revises) smbt_para_add(w->para, ", in place of the earlier verdict on this end");
    smbt_text_flush(w, 2, 2);
    smbt_para_add(w->para, end->summary);
    smbt_text_flush(w, 2, 2);
    add_culprit(w, end);
    smbt_text_views(w, end);
    if (w->style->verbose) add_connection(w, end);
    smbt_text_evidence(w, end->evidence);
    add_in_flight(w, end);
    add_reconnect(w, end);
    add_ruled_out(w, end->ruled_out);
    add_list(w, "missing", end->missing);
    if (w->style->verbose) add_list(w, "see", end->references);
    add_state(w, end);
    add_remedies(w, end->remedies);
    smbt_text_more(w, end->cause);
    g_string_append_c(w->out, '\n');
}
