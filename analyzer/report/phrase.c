/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/phrase.h"

#include "report/story.h"
#include "report/text.h"
#include "report/text_digest.h"
#include "report/timestamp.h"

/* Wider than any line. */
#define ENDLESS 1000000000u

/* Takes the paragraph. */
static char *line_of(GString *para)
{
    GString *line = g_string_new(NULL);
    smbt_para_write(line, para, &(smbt_para_layout){.width = ENDLESS});
    g_string_free(para, TRUE);
    if (line->len) g_string_truncate(line, line->len - 1);
    return g_string_free(line, FALSE);
}

/* Likewise; NULL when it is empty. */
static char *line_or_null(GString *para)
{
    if (para->len) return line_of(para);
    g_string_free(para, TRUE);
    return NULL;
}

char *smbt_phrase_pair(const smbt_endpoint *client, const smbt_endpoint *server)
{
    GString *para = g_string_new(NULL);
    smbt_text_pair(para, client, server);
    return line_of(para);
}

char *smbt_phrase_connection(const smbt_connection_info *c)
{
    GString *para = g_string_new(NULL);
    smbt_text_pair_behind(para, &c->client, &c->server, &c->nat);
    return line_of(para);
}

char *smbt_phrase_duration(smbt_duration duration)
{
    GString *para = g_string_new(NULL);
    smbt_text_duration(para, duration);
    return line_of(para);
}

char *smbt_end_verdict(const smbt_end *end)
{
    return smbt_phrase_cause(end);
}

char *smbt_phrase_cause(const smbt_end *end)
{
    GString *para = g_string_new(NULL);
    smbt_text_cause(para, end);
    if (end->strength != SMBT_STRENGTH_NONE)
        smbt_para_printf(para, " (%s)", smbt_strength_name(end->strength));
    return line_of(para);
}

char *smbt_phrase_end(const smbt_end *end)
{
    GString *para = g_string_new(NULL);
    smbt_para_add(para, smbt_end_manner(end));
    smbt_para_add(para, end->kind == SMBT_END_SILENCE ? ", last " : ", ");
    smbt_text_frame(para, end->frame);
    smbt_text_clock(para, end->time);
    return line_of(para);
}

char *smbt_phrase_culprit(const smbt_end *end)
{
    if (!end->culprit.frame) return NULL;
    GString *para = g_string_new(NULL);
    smbt_text_frame(para, end->culprit.frame);
    if (end->culprit.has_connection) {
        smbt_para_add(para, " on ");
        smbt_text_pair_behind(para, &end->culprit.client, &end->culprit.server, &end->culprit.nat);
    }
    if (end->culprit.delay != SMBT_DURATION_UNKNOWN) {
        smbt_para_add(para, ", ");
        smbt_text_duration(para, end->culprit.delay);
        smbt_para_add(para, " before");
    }
    return line_of(para);
}

char *smbt_phrase_view(const smbt_end_view *view)
{
    GString *para = g_string_new(NULL);
    smbt_text_view(para, view);
    return line_of(para);
}

char *smbt_phrase_other_frame(const smbt_other_frame *place)
{
    GString *para = g_string_new(NULL);
    smbt_text_other_frame(para, place);
    return line_of(para);
}

char *smbt_phrase_companion(const smbt_companion *companion)
{
    GString *para = g_string_new(NULL);
    smbt_text_companion(para, companion);
    return line_of(para);
}

char *smbt_phrase_in_flight(const smbt_end *end)
{
    GString *para = g_string_new(NULL);
    smbt_text_in_flight(para, end);
    return line_or_null(para);
}

char *smbt_phrase_reconnect(const smbt_end *end)
{
    GString *para = g_string_new(NULL);
    smbt_text_reconnect(para, end);
    return line_or_null(para);
}

char *smbt_phrase_pattern_hosts(const smbt_pattern *pattern)
{
    GString *para = g_string_new(NULL);
    smbt_text_pattern_hosts(para, pattern);
    return line_of(para);
}

char *smbt_phrase_pattern_span(const smbt_pattern *p)
{
    char first[SMBT_TIMESTAMP_SIZE], last[SMBT_TIMESTAMP_SIZE];
    return g_strdup_printf("frame %" G_GUINT64_FORMAT " to frame %" G_GUINT64_FORMAT ", %s to %s",
                           p->first_frame, p->last_frame, smbt_timestamp_clock(first, p->first),
                           smbt_timestamp_clock(last, p->last));
}

char *smbt_phrase_observed(const smbt_observation *o)
{
    GString *para = g_string_new(NULL);
    if (o->frame) {
        smbt_text_frame(para, o->frame);
        smbt_text_clock(para, o->time);
    } else {
        smbt_para_add(para, "the whole capture");
    }
    if (o->has_connection) {
        smbt_para_add(para, ", ");
        smbt_text_pair(para, &o->client, &o->server);
    }
    return line_of(para);
}

char *smbt_phrase_peer(const smbt_record *record)
{
    GString *line = g_string_new(NULL);
    smbt_text_record(line, &(smbt_text_style){.width = ENDLESS, .verbose = true}, record);
    if (line->len) g_string_truncate(line, line->len - 1);
    return g_string_free(line, FALSE);
}

char *smbt_phrase_numbers(const smbt_capture_info *info)
{
    GString *para = g_string_new(NULL);
    smbt_text_numbers(para, info);
    return line_of(para);
}

char *smbt_phrase_circumstances(const smbt_capture_info *info)
{
    char date[SMBT_TIMESTAMP_SIZE], clock[SMBT_TIMESTAMP_SIZE];
    if (info->frames == 0 || info->first == SMBT_TIME_NONE) return NULL;
    const char *place = smbt_text_place(info->viewpoint);
    return g_strdup_printf("%s %s UTC%s%s%s%s", smbt_timestamp_date(date, info->first),
                           smbt_timestamp_clock(clock, info->first), place ? ", " : "", place ? place : "",
                           place && info->viewpoint_is_mixed ? " of most connections" : "",
                           place ? smbt_text_nat(info) : "");
}

char *smbt_phrase_beyond(const smbt_capture_info *info)
{
    GString *para = g_string_new(NULL);
    smbt_text_beyond(para, info);
    return line_or_null(para);
}

char *smbt_phrase_coincidence(const smbt_capture_info *info)
{
    GString *para = g_string_new(NULL);
    smbt_text_coincidence(para, info);
    return line_or_null(para);
}

char **smbt_phrase_capture_notes(const smbt_input_info *input, const smbt_capture_info *info)
{
    g_autoptr(GPtrArray) notes = smbt_text_capture_notes(input, info);
    char **lines = g_new0(char *, notes->len + 1);
    for (guint i = 0; i < notes->len; i++)
        lines[i] = line_of(g_string_new(((const GString *)notes->pdata[i])->str));
    return lines;
}

char *smbt_phrase_worst(const smbt_tally *tally)
{
    uint64_t errors = tally->by_severity[SMBT_SEVERITY_ERROR];
    uint64_t warnings = tally->by_severity[SMBT_SEVERITY_WARNING];
    GString *para = g_string_new(NULL);
    if (errors) smbt_text_counted(para, errors, "error", "errors");
    if (errors && warnings) smbt_para_add(para, ", ");
    if (warnings) smbt_text_counted(para, warnings, "warning", "warnings");
    if (!errors && !warnings) smbt_para_add(para, "nothing at warning or above");
    return line_of(para);
}

char *smbt_phrase_headline(const smbt_digest *digest)
{
    GString *para = g_string_new(NULL);
    smbt_story_headline(para, digest);
    return line_of(para);
}

char *smbt_phrase_report_headline(const smbt_digest *digest, uint64_t captures)
{
    return captures ? smbt_phrase_headline(digest) : g_strdup("No capture was read.");
}

char *smbt_phrase_rest(const smbt_digest *digest)
{
    GString *para = g_string_new(NULL);
    smbt_story_rest(para, digest);
    return line_or_null(para);
}

char *smbt_phrase_servers(const smbt_digest *digest)
{
    GString *para = g_string_new(NULL);
    smbt_text_most(para, &digest->servers);
    return line_or_null(para);
}

char *smbt_phrase_hosts(const smbt_digest *digest)
{
    GString *para = g_string_new(NULL);
    smbt_text_most(para, &digest->hosts);
    return line_or_null(para);
}

char *smbt_phrase_times(const smbt_digest *digest)
{
    GString *para = g_string_new(NULL);
    smbt_text_times(para, digest);
    return line_or_null(para);
}

char *smbt_phrase_span(smbt_time first, smbt_time last, bool dated)
{
    GString *para = g_string_new(NULL);
    smbt_text_span(para, first, last, dated);
    return line_or_null(para);
}

char **smbt_phrase_fold(const smbt_digest *digest, const smbt_digest_row *row, guint most)
{
    g_autoptr(GArray) lines = smbt_fold(row);
    GPtrArray *texts = g_ptr_array_new();
    uint64_t rest = row->uncounted;
    for (guint i = 0; i < lines->len; i++) {
        const smbt_fold_line *l = &g_array_index(lines, smbt_fold_line, i);
        GString *para = g_string_new(NULL);
        if (i < most)
            smbt_text_fold_line(para, digest, row, l);
        else
            rest += l->count;
        char *line = line_or_null(para);
        if (line) g_ptr_array_add(texts, line);
    }
    if (rest) g_ptr_array_add(texts, g_strdup_printf("and %" G_GUINT64_FORMAT " more", rest));
    g_ptr_array_add(texts, NULL);
    return (char **)g_ptr_array_free(texts, FALSE);
}

char *smbt_phrase_hidden(const smbt_digest *digest)
{
    GString *para = g_string_new(NULL);
    smbt_text_hidden(para, digest);
    return line_or_null(para);
}

char *smbt_phrase_count(uint64_t n, const char *one, const char *many)
{
    GString *para = g_string_new(NULL);
    smbt_text_counted(para, n, one, many);
    return line_of(para);
}

bool smbt_host_is_told(const smbt_host_info *h)
{
    return h->name || (h->evidence && h->evidence->len);
}

guint smbt_told_hosts(const smbt_client_info *c, unsigned *ret_unattributed)
{
    guint told = 0;
    unsigned attributed = 0;
    for (guint i = 0; c->hosts && i < c->hosts->len; i++) {
        const smbt_host_info *h = &g_array_index(c->hosts, smbt_host_info, i);
        if (!smbt_host_is_told(h)) continue;
        told++;
        attributed += h->connections;
    }
    *ret_unattributed = c->connections - MIN(attributed, c->connections);
    return told;
}
