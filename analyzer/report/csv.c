/* Ends and observations as CSV (RFC 4180), one row each. The columns are a promise: new ones come last.
 *
 * Spreadsheets take a cell that begins with = + - @ or a tab for a formula: an apostrophe before it makes it
 * text. Control and invisible characters become U+FFFD, so a row is always one line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/clean.h"
#include "report/community_id.h"
#include "report/jsonout.h"
#include "report/phrase.h"
#include "report/timestamp.h"

#include <smbtrace/smbtrace.h>
#include <string.h>

/* Between the items of a list in one cell. */
#define ITEM_SEPARATOR " | "

static const char header[] =
    "file,type,finding,variant,severity,strength,frame,time,epoch_ns,client_ip,client_port,server_ip,"
    "server_port,community_id,transport,dialect,user,workstation,end_kind,ended_by,culprit_frame,"
    "culprit_client_ip,culprit_client_port,culprit_delay_ms,in_flight,summary,evidence,ruled_out,missing,"
    "remedies,references,culprit_file,culprit_workstation,reconnect_frame,reconnect_after_ms,"
    "reconnect_client_port,no_reconnect,other_views,client_before_nat_ip,client_before_nat_port,"
    "culprit_before_nat_ip,culprit_before_nat_port,first_frame,viewpoint,in_flight_count,windows_error,"
    "may_be_chance,no_reconnect_reason,logon_frame,logon_after_ms,predicted_rule,predicted_profile,"
    "predicted_from,predicted_to\r\n";
/* How many of them are of ends only: from the transport to what was in flight, and from ruled_out on. */
enum { MIDDLE_OF_ENDS = 11, TAIL_OF_ENDS = 27 };

struct row {
    GString *out;
    bool comma; /* the next cell is not the first */
    smbt_naming naming;
};

static void append_clean(GString *out, const char *s)
{
    while (*s) {
        gunichar c = smbt_clean_next(&s);
        if (c == '"')
            g_string_append(out, "\"\"");
        else if (smbt_clean_is_harmless(c))
            g_string_append_unichar(out, c);
        else
            g_string_append(out, SMBT_CLEAN_REPLACEMENT);
    }
}

static void put_empty(struct row *row)
{
    if (row->comma) g_string_append_c(row->out, ',');
    row->comma = true;
}

static void put_string(struct row *row, const char *s)
{
    put_empty(row);
    if (!s || !*s) return;
    bool is_formula = strchr("=+-@\t\r", *s) != NULL;
    bool is_quoted = s[strcspn(s, ",\";'")] != '\0' || *s == ' ' || s[strlen(s) - 1] == ' ';
    if (is_quoted) g_string_append_c(row->out, '"');
    if (is_formula) g_string_append_c(row->out, '\'');
    append_clean(row->out, s);
    if (is_quoted) g_string_append_c(row->out, '"');
}

static void put_uint(struct row *row, uint64_t value)
{
    put_empty(row);
    g_string_append_printf(row->out, "%" G_GUINT64_FORMAT, value);
}

static void put_frame(struct row *row, uint64_t frame)
{
    if (frame)
        put_uint(row, smbt_place_of(row->naming.places, frame).frame);
    else
        put_empty(row);
}

static void put_time(struct row *row, smbt_time time)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    if (time == SMBT_TIME_NONE) {
        put_empty(row);
        put_empty(row);
        return;
    }
    put_string(row, smbt_timestamp_rfc3339(buf, time));
    put_uint(row, time);
}

static void put_endpoint(struct row *row, const smbt_endpoint *endpoint)
{
    char buf[SMBT_ADDR_STRLEN];
    if (!endpoint || !endpoint->addr.family) {
        put_empty(row);
        put_empty(row);
        return;
    }
    put_string(row, smbt_addr_format(&endpoint->addr, buf));
    put_uint(row, endpoint->port);
}

static void put_pair(struct row *row, const smbt_endpoint *client, const smbt_endpoint *server)
{
    char id[SMBT_COMMUNITY_ID_SIZE];
    put_endpoint(row, client);
    put_endpoint(row, server);
    put_string(row, client && server ? smbt_community_id(id, client, server) : NULL);
}

static void put_ms(struct row *row, smbt_duration value)
{
    put_empty(row);
    if (value == SMBT_DURATION_UNKNOWN) return;
    smbt_jsonout number = {.out = row->out};
    smbt_jsonout_ms(&number, NULL, value);
}

/* ---- Lists */

static void add_item(GString *cell, uint64_t frame, const char *before, const char *text)
{
    if (cell->len) g_string_append(cell, ITEM_SEPARATOR);
    if (frame) g_string_append_printf(cell, "frame %" G_GUINT64_FORMAT ": ", frame);
    if (before) g_string_append_printf(cell, "%s: ", before);
    g_string_append(cell, text ? text : "");
}

static void put_evidence(struct row *row, const GArray *evidence)
{
    g_autoptr(GString) cell = g_string_new(NULL);
    for (guint i = 0; evidence && i < evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        /* Some evidence names its frame itself. */
        g_autofree char *named = g_strdup_printf("frame %" G_GUINT64_FORMAT ": ", e->frame);
        bool is_named = e->what && g_str_has_prefix(e->what, named);
        add_item(cell, is_named ? 0 : e->frame, NULL, e->what);
    }
    smbt_naming_apply(&row->naming, cell, 0, NULL);
    put_string(row, cell->str);
}

static void put_in_flight(struct row *row, const smbt_end *end)
{
    g_autoptr(GString) cell = g_string_new(NULL);
    for (guint i = 0; end->in_flight && i < end->in_flight->len; i++) {
        const smbt_in_flight *r = &g_array_index(end->in_flight, smbt_in_flight, i);
        add_item(cell, r->frame, NULL, r->command ? r->command : "request");
    }
    smbt_naming_apply(&row->naming, cell, 0, NULL);
    if (end->in_flight_more) {
        g_autofree char *more = g_strdup_printf("%u more", end->in_flight_more);
        add_item(cell, 0, NULL, more);
    }
    put_string(row, cell->str);
}

static void put_ruled_out(struct row *row, const GArray *ruled_out)
{
    g_autoptr(GString) cell = g_string_new(NULL);
    for (guint i = 0; ruled_out && i < ruled_out->len; i++) {
        const smbt_ruled_out *r = &g_array_index(ruled_out, smbt_ruled_out, i);
        add_item(cell, 0, r->cause, r->why);
    }
    put_string(row, cell->str);
}

static void put_views(struct row *row, const smbt_end *end)
{
    g_autoptr(GString) cell = g_string_new(NULL);
    for (guint i = 0; end->views && i < end->views->len; i++) {
        g_autofree char *text = smbt_phrase_view(&g_array_index(end->views, smbt_end_view, i));
        add_item(cell, 0, NULL, text);
    }
    put_string(row, cell->str);
}

static void put_strings(struct row *row, const GPtrArray *strings)
{
    g_autoptr(GString) cell = g_string_new(NULL);
    for (guint i = 0; strings && i < strings->len; i++)
        add_item(cell, 0, NULL, strings->pdata[i]);
    put_string(row, cell->str);
}

/* ---- Rows */

static void put_reconnect(struct row *row, const smbt_reconnect *r)
{
    bool is_back = r->frame != 0;
    put_frame(row, r->frame);
    put_ms(row, is_back ? r->after : SMBT_DURATION_UNKNOWN);
    if (is_back)
        put_uint(row, r->client.port);
    else
        put_empty(row);
    put_string(row, is_back ? NULL : r->none);
}

static void put_moment(struct row *row, smbt_time time)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    put_string(row, time == SMBT_TIME_NONE ? NULL : smbt_timestamp_rfc3339(buf, time));
}

static void put_in_flight_count(struct row *row, const smbt_end *end)
{
    put_uint(row, (end->in_flight ? end->in_flight->len : 0) + end->in_flight_more);
    put_string(row, smbt_user_sees_error_64(end) ? "64" : NULL);
}

static void put_predicted(struct row *row, const smbt_end *end)
{
    bool is_known = end->predicted.rule != NULL;
    put_string(row, end->predicted.rule);
    put_string(row, is_known ? end->predicted.profile : NULL);
    put_moment(row, is_known ? end->predicted.from : SMBT_TIME_NONE);
    put_moment(row, is_known ? end->predicted.to : SMBT_TIME_NONE);
}

/* The columns that came later. */
static void put_more(struct row *row, const smbt_end *end)
{
    const smbt_reconnect *r = &end->reconnect;
    put_endpoint(row, &end->connection.nat.inside);
    put_endpoint(row, end->culprit.frame ? &end->culprit.nat.inside : NULL);
    put_frame(row, end->connection.first_frame);
    put_string(row, smbt_viewpoint_name(end->connection.viewpoint));
    put_in_flight_count(row, end);
    put_string(row, end->may_be_chance ? "true" : "false");
    put_string(row, !r->frame && r->none ? smbt_no_return_name(r->why_none) : NULL);
    put_frame(row, r->frame ? r->logon_frame : 0);
    put_ms(row, r->frame && r->logon_frame ? r->logon_after : SMBT_DURATION_UNKNOWN);
    put_predicted(row, end);
}

static void put_end(struct row *row, const smbt_end *end)
{
    const smbt_connection_info *c = &end->connection;
    bool has_culprit = end->culprit.frame != 0;
    put_string(row, "end");
    put_string(row, end->cause);
    put_string(row, end->variant);
    put_string(row, smbt_severity_name(end->severity));
    put_string(row, smbt_strength_name(end->strength));
    put_frame(row, end->frame);
    put_time(row, end->time);
    put_pair(row, &c->client, &c->server);
    put_string(row, c->transport);
    put_string(row, c->dialect);
    put_string(row, c->user);
    put_string(row, c->workstation);
    put_string(row, smbt_end_kind_name(end->kind));
    put_string(row, smbt_side_name(end->by));
    put_frame(row, end->culprit.frame);
    put_endpoint(row, has_culprit && end->culprit.has_connection ? &end->culprit.client : NULL);
    put_ms(row, has_culprit ? end->culprit.delay : SMBT_DURATION_UNKNOWN);
    put_in_flight(row, end);
    put_string(row, end->summary);
    put_evidence(row, end->evidence);
    put_ruled_out(row, end->ruled_out);
    put_strings(row, end->missing);
    put_strings(row, end->remedies);
    put_strings(row, end->references);
    put_string(row, has_culprit && smbt_naming_is_elsewhere(&row->naming, end->culprit.frame)
                        ? smbt_place_of(row->naming.places, end->culprit.frame).file
                        : NULL);
    put_string(row, has_culprit ? end->culprit.workstation : NULL);
    put_reconnect(row, &end->reconnect);
    put_views(row, end);
    put_more(row, end);
}

static void put_observation(struct row *row, const smbt_observation *o)
{
    put_string(row, "observation");
    put_string(row, o->kind);
    put_empty(row);
    put_string(row, smbt_severity_name(o->severity));
    put_empty(row);
    put_frame(row, o->frame);
    put_time(row, o->time);
    put_pair(row, o->has_connection ? &o->client : NULL, o->has_connection ? &o->server : NULL);
    for (int i = 0; i < MIDDLE_OF_ENDS; i++)
        put_empty(row);
    put_string(row, o->summary);
    put_evidence(row, o->evidence);
    for (int i = 0; i < TAIL_OF_ENDS; i++)
        put_empty(row);
}

void smbt_csv_header(GString *out)
{
    g_string_append(out, header);
}

void smbt_csv_record(GString *out, const char *file, const smbt_record *record)
{
    if (record->type != SMBT_RECORD_END && record->type != SMBT_RECORD_OBSERVATION) return;
    struct row row = {.out = out, .naming = {record->places, smbt_record_frame(record)}};
    put_string(&row, file);
    if (record->type == SMBT_RECORD_END)
        put_end(&row, record->end);
    else
        put_observation(&row, record->observation);
    g_string_append(out, "\r\n");
}
