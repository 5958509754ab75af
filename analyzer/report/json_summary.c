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

void smbt_json_summary(GString *out, const smbt_tally *tally, const smbt_digest *digest, bool complete,
                       unsigned not_read)
{
    smbt_jsonout json = {.out = out};
    g_autofree char *headline = smbt_phrase_headline(digest);
    smbt_jsonout_begin_object(&json, NULL);
    smbt_jsonout_string(&json, "type", "summary");
    smbt_jsonout_uint(&json, "ends", tally->ends);
    put_causes(&json, tally);
    smbt_jsonout_uint(&json, "observations", tally->observations);
    bool found = tally->worst > 0;
    smbt_jsonout_string(&json, "worst",
                        found ? smbt_severity_name((enum smbt_severity)(tally->worst - 1)) : NULL);
    put_patterns(&json, tally);
    smbt_jsonout_string(&json, "headline", headline);
    put_counts(&json, "by_server", &digest->servers, false);
    put_counts(&json, "by_host", &digest->hosts, true);
    smbt_jsonout_bool(&json, "complete", complete);
    smbt_jsonout_uint(&json, "not_read", not_read);
    smbt_jsonout_end_object(&json);
}
