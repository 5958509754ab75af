/* The last object of a JSON report: all inputs together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/digest.h"
#include "report/json.h"
#include "report/phrase.h"

#include "base/addr.h"
#include "verdict/topic.h"

static void put_patterns(smbt_jsonout *json, const smbt_tally *tally)
{
    smbt_jsonout_begin_array(json, "patterns");
    for (guint i = 0; tally->patterns && i < tally->patterns->len; i++) {
        const smbt_pattern *p = tally->patterns->pdata[i];
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_string(json, "type", "pattern");
        smbt_jsonout_string(json, "file", p->file);
        smbt_json_put_pattern(json, p);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
    smbt_jsonout_uint(json, "patterns_more", tally->patterns_more);
}

static void put_causes(smbt_jsonout *json, const smbt_tally *tally)
{
    smbt_jsonout_begin_object(json, "by_cause");
    for (int i = 0; i < SMBT_CAUSE_MAX; i++)
        if (tally->by_cause[i])
            smbt_jsonout_uint(json, smbt_cause_topic((enum smbt_cause)i)->id, tally->by_cause[i]);
    smbt_jsonout_end_object(json);
}

/* The most first. */
static void put_counts(smbt_jsonout *json, const char *name, const smbt_digest_counts *counts, bool named)
{
    char addr[SMBT_ADDR_STRLEN];
    g_autoptr(GPtrArray) rows = smbt_digest_most(counts);
    smbt_jsonout_begin_array(json, name);
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_count *c = rows->pdata[i];
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_string(json, "ip", smbt_addr_format(&c->addr, addr));
        if (named) smbt_jsonout_string(json, "name", c->host);
        if (c->before_nat.family)
            smbt_jsonout_string(json, "before_nat", smbt_addr_format(&c->before_nat, addr));
        smbt_jsonout_uint(json, "ends", c->count);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
    g_autofree char *more = g_strconcat(name, "_more", NULL);
    smbt_jsonout_uint(json, more, counts->more);
}

static void put_severities(smbt_jsonout *json, const smbt_tally *tally)
{
    smbt_jsonout_begin_object(json, "by_severity");
    for (int i = SMBT_SEVERITY_MAX - 1; i >= 0; i--)
        smbt_jsonout_uint(json, smbt_severity_name((enum smbt_severity)i), tally->by_severity[i]);
    smbt_jsonout_end_object(json);
}

static void put_strengths(smbt_jsonout *json, const smbt_digest_row *r)
{
    smbt_jsonout_begin_object(json, "strengths");
    for (int i = SMBT_STRENGTH_MAX - 1; i > SMBT_STRENGTH_NONE; i--)
        smbt_jsonout_uint(json, smbt_strength_name((enum smbt_strength)i), r->is_end ? r->strengths[i] : 0);
    smbt_jsonout_end_object(json);
}

/* What a reader of the text finds under one heading. */
static void put_finding(smbt_jsonout *json, const smbt_digest_row *r)
{
    smbt_jsonout_begin_object(json, NULL);
    smbt_jsonout_string(json, "finding", r->id);
    smbt_jsonout_string(json, "variant", r->variant);
    smbt_jsonout_bool(json, "is_end", r->is_end);
    smbt_jsonout_string(json, "severity", smbt_severity_name(r->severity));
    smbt_jsonout_uint(json, "count", r->count);
    put_strengths(json, r);
    smbt_jsonout_time(json, "first", r->first);
    smbt_jsonout_time(json, "last", r->last);
    smbt_jsonout_uint(json, "captures", r->files.count);
    smbt_jsonout_strings(json, "remedies", r->remedies);
    smbt_jsonout_end_object(json);
}

static void put_findings(smbt_jsonout *json, const smbt_digest *digest)
{
    g_autoptr(GPtrArray) rows = smbt_digest_sorted(digest);
    smbt_jsonout_begin_array(json, "findings");
    for (guint i = 0; i < rows->len; i++)
        put_finding(json, rows->pdata[i]);
    smbt_jsonout_end_array(json);
}

static void put_times(smbt_jsonout *json, const smbt_digest *digest)
{
    static const char *const units[SMBT_UNIT_MAX] = {
        [SMBT_UNIT_1_S] = "1s",        [SMBT_UNIT_10_S] = "10s",       [SMBT_UNIT_1_MIN] = "1min",
        [SMBT_UNIT_10_MIN] = "10min",  [SMBT_UNIT_1_H] = "1h",         [SMBT_UNIT_6_H] = "6h",
        [SMBT_UNIT_DAY] = "day",       [SMBT_UNIT_MONTH] = "month",    [SMBT_UNIT_YEAR] = "year",
        [SMBT_UNIT_DECADE] = "decade", [SMBT_UNIT_CENTURY] = "century"};
    smbt_jsonout_begin_object(json, "by_time");
    smbt_jsonout_string(json, "unit", digest->buckets->len ? units[digest->unit] : NULL);
    smbt_jsonout_begin_array(json, "buckets");
    for (guint i = 0; i < digest->buckets->len; i++) {
        const smbt_digest_bucket *b = &g_array_index(digest->buckets, smbt_digest_bucket, i);
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_time(json, "start", b->start);
        smbt_jsonout_uint(json, "ends", b->count);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
    smbt_jsonout_end_object(json);
}

/* What --min-severity kept out of the report. */
static void put_left_out(smbt_jsonout *json, const smbt_digest *digest)
{
    bool any = digest->hidden_ends + digest->hidden_observations > 0;
    smbt_jsonout_begin_object(json, "left_out");
    smbt_jsonout_uint(json, "ends", digest->hidden_ends);
    smbt_jsonout_begin_object(json, "by_cause");
    for (int i = 0; i < SMBT_CAUSE_MAX; i++)
        if (digest->hidden[i])
            smbt_jsonout_uint(json, smbt_cause_topic((enum smbt_cause)i)->id, digest->hidden[i]);
    smbt_jsonout_end_object(json);
    smbt_jsonout_uint(json, "observations", digest->hidden_observations);
    smbt_jsonout_string(json, "worst", any ? smbt_severity_name(digest->hidden_worst) : NULL);
    smbt_jsonout_end_object(json);
}

void smbt_json_summary(GString *out, const smbt_tally *tally, const smbt_digest *digest, bool complete,
                       unsigned not_read)
{
    smbt_jsonout json = {.out = out};
    bool none_read = !complete && digest->captures == 0 && tally->ends + tally->observations == 0;
    g_autofree char *headline =
        none_read ? smbt_phrase_report_headline(digest, 0) : smbt_phrase_headline(digest);
    g_autofree char *rest = smbt_phrase_rest(digest);
    smbt_jsonout_begin_object(&json, NULL);
    smbt_jsonout_string(&json, "type", "summary");
    smbt_jsonout_uint(&json, "ends", tally->ends);
    put_causes(&json, tally);
    smbt_jsonout_uint(&json, "observations", tally->observations);
    bool found = tally->worst > 0;
    smbt_jsonout_string(&json, "worst",
                        found ? smbt_severity_name((enum smbt_severity)(tally->worst - 1)) : NULL);
    put_severities(&json, tally);
    put_patterns(&json, tally);
    smbt_jsonout_string(&json, "headline", headline);
    smbt_jsonout_string(&json, "story", rest);
    smbt_jsonout_uint(&json, "captures", digest->captures);
    put_findings(&json, digest);
    put_counts(&json, "by_server", &digest->servers, false);
    put_counts(&json, "by_host", &digest->hosts, true);
    put_times(&json, digest);
    put_left_out(&json, digest);
    smbt_jsonout_bool(&json, "complete", complete);
    smbt_jsonout_uint(&json, "not_read", not_read);
    smbt_jsonout_end_object(&json);
}
