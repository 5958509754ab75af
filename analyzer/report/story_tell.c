/* A cause told in a sentence: who did what to whose connections, how often, how sure that is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/story_parts.h"

#include "base/addr.h"
#include "base/span.h"
#include "base/time.h"
#include "report/clean.h"
#include "report/text.h"

#include <string.h>

/* More servers than this are counted. */
#define SERVERS_NAMED 2
/* Characters of a name. */
#define NAME_LENGTH 40

/* ---- Who
 * -------------------------------------------------------------------------------------------------------- */

static void add_name(GString *para, const char *name)
{
    const char *end = name;
    for (unsigned n = 0; *end && n < NAME_LENGTH; n++)
        smbt_clean_next(&end);
    g_autofree char *start = g_strndup(name, (gsize)(end - name));
    smbt_para_add(para, start);
    if (*end) smbt_para_add(para, "…");
}

void smbt_story_names(GString *para, const GPtrArray *names, unsigned most, const char *many)
{
    if (names->len > most) {
        smbt_text_counted(para, names->len, many, many);
        return;
    }
    for (guint i = 0; i < names->len; i++) {
        if (i > 0) smbt_para_add(para, i + 1 < names->len ? ", " : " and ");
        add_name(para, names->pdata[i]);
    }
}

/* Adds it unless it is there. */
static void keep(GPtrArray *names, GHashTable *seen, const char *name)
{
    if (g_hash_table_contains(seen, name)) return;
    char *copy = g_strdup(name);
    g_ptr_array_add(names, copy);
    g_hash_table_add(seen, copy);
}

/* The different ones among the cells of a row: the hosts' names, or addresses, or the servers' addresses. */
enum who { HOSTS, CLIENTS, SERVERS };

static GPtrArray *collect(const smbt_digest_row *r, enum who who)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    char addr[SMBT_ADDR_STRLEN];
    for (guint i = 0; i < r->cells->len; i++) {
        const smbt_digest_cell *c = r->cells->pdata[i];
        smbt_addr_format(who == SERVERS ? &c->server.addr : &c->client.addr, addr);
        bool has_nat = c->nat.inside.addr.family;
        if (has_nat && who != SERVERS)
            smbt_addr_format(who == HOSTS ? &c->nat.inside.addr : &c->nat.outside.addr, addr);
        keep(names, seen, who == HOSTS && c->host ? c->host : addr);
    }
    return names;
}

static bool is_known(const smbt_digest_cell *c)
{
    return c->host || c->nat.inside.addr.family;
}

/* Where one host is not known it may be any of those at its address: then addresses are all that is known. */
static bool all_named(const smbt_digest_row *r)
{
    for (guint i = 0; i < r->cells->len; i++)
        if (!is_known(r->cells->pdata[i])) return false;
    return r->cells->len > 0;
}

static void add_hosts(GString *para, const smbt_digest_row *r)
{
    bool named = all_named(r);
    g_autoptr(GPtrArray) names = collect(r, named ? HOSTS : CLIENTS);
    if (r->uncounted)
        smbt_para_add(para, "many hosts");
    else
        smbt_story_names(para, names, SMBT_STORY_HOSTS_NAMED, named ? "hosts" : "clients");
}

static void add_servers(GString *para, const smbt_digest_row *r)
{
    g_autoptr(GPtrArray) names = collect(r, SERVERS);
    if (r->uncounted && names->len > 1)
        smbt_para_add(para, "many servers");
    else
        smbt_story_names(para, names, SERVERS_NAMED, "servers");
}

/* The address that hosts share; by name, where they have one beside it. */
static void add_common_address(GString *para, const smbt_digest_row *r)
{
    g_autoptr(GPtrArray) addresses = collect(r, CLIENTS);
    if (addresses->len == 1 && all_named(r) && !r->uncounted)
        smbt_para_printf(para, "their common address %s", (const char *)addresses->pdata[0]);
    else
        smbt_para_add(para, "the same address");
}

static void add_culprits(GString *para, const smbt_digest_row *r)
{
    const char *one = NULL;
    bool several = r->uncounted > 0;
    for (guint i = 0; i < r->cells->len; i++) {
        const smbt_digest_cell *c = r->cells->pdata[i];
        several |= c->several_culprits || (one && g_strcmp0(c->culprit, one) != 0) || (i > 0 && !one);
        if (!one) one = c->culprit;
    }
    if (several)
        smbt_para_add(para, "other hosts");
    else if (one)
        add_name(para, one);
    else
        smbt_para_add(para, "another host");
}

/* ---- What
 * ------------------------------------------------------------------------------------------------------- */

static void add_connections(GString *para, const smbt_digest_row *r, bool begins)
{
    if (r->count == 1)
        smbt_para_add(para, begins ? "A connection" : "a connection");
    else
        smbt_text_counted(para, r->count, "connection", "connections");
}

static smbt_duration rounded(smbt_duration d)
{
    return d >= 10 * SMBT_SEC ? (d + SMBT_SEC / 2) / SMBT_SEC * SMBT_SEC : d;
}

/* " for 60 s", " for 5 min to 12 min 3 s"; nothing when it is not known. */
static void add_delay(GString *para, const smbt_digest_row *r)
{
    if (r->least_delay == SMBT_DURATION_UNKNOWN || r->most_delay < SMBT_SEC) return;
    bool alike = r->most_delay - r->least_delay <= MAX(r->most_delay / 50, SMBT_SEC);
    smbt_duration least = alike ? r->least_delay + (r->most_delay - r->least_delay) / 2 : r->least_delay;
    g_autofree char *from = smbt_span_format(rounded(least)), *to = smbt_span_format(rounded(r->most_delay));
    smbt_para_printf(para, " for %s", from);
    if (!alike) smbt_para_printf(para, " to %s", to);
}

enum smbt_strength smbt_story_common_doubt(const smbt_digest_row *r)
{
    for (int i = SMBT_STRENGTH_POSSIBLE; i < SMBT_STRENGTH_CONFIRMED; i++)
        if (r->strengths[i] == r->count) return (enum smbt_strength)i;
    return SMBT_STRENGTH_NONE;
}

const char *smbt_story_word_of(enum smbt_strength doubt)
{
    return doubt == SMBT_STRENGTH_LIKELY ? "most likely" : "possibly";
}

void smbt_story_doubt(GString *para, const smbt_digest_row *r)
{
    if (r->strengths[SMBT_STRENGTH_CONFIRMED] == r->count || r->strengths[SMBT_STRENGTH_NONE] == r->count)
        return;
    smbt_para_add(para, " (the cause is ");
    bool first = true;
    for (int i = SMBT_STRENGTH_MAX - 1; i > SMBT_STRENGTH_NONE; i--) {
        if (!r->strengths[i]) continue;
        smbt_para_printf(para, "%s%s", first ? "" : ", ", smbt_strength_name((enum smbt_strength)i));
        if (r->strengths[i] != r->count) smbt_para_printf(para, " for %" G_GUINT64_FORMAT, r->strengths[i]);
        first = false;
    }
    smbt_para_add(para, ")");
}

/* %n connections, %t they or it, %h their hosts, %s servers, %c what set it off, %a its address, %d for how
 * long, %v of which variants, %l most likely or possibly. */
static const struct sentence {
    const char *cause, *variant; /* NULL: any, or several */
    const char *text;
    const char *doubtful; /* where no verdict is confirmed; NULL: `text` and a remark */
} sentences[] = {
    {"zero-vc", "nat-collision", "%s dropped %n of %h when %c asked for a session from %a",
     "%s dropped %n of %h, %l because %c asked for a session from %a"},
    {"zero-vc", "same-host", "%s dropped %n of %h when the same host asked for another session",
     "%s dropped %n of %h, %l because the same host asked for another session"},
    {"zero-vc", "client-restart", "%s dropped %n that %h had had before a restart",
     "%s dropped %n of %h, %l as left over from before a restart"},
    {"zero-vc", NULL, "%s dropped %n of %h when a session was asked for from the same address%v",
     "%s dropped %n of %h, %l because a session was asked for from the same address%v"},
    {"server-idle", NULL, "%s closed %n of %h that lay unused%d",
     "%s closed %n of %h, %l because %t lay unused%d"},
    {"unused-connection", "no-dialect", "%s closed %n of %h on which no dialect was negotiated",
     "%s closed %n of %h, %l because no dialect was negotiated"},
    {"unused-connection", NULL, "%s closed %n of %h on which nobody logged on",
     "%s closed %n of %h, %l because nobody logged on"},
    {"forced-logoff", NULL, "%s ended %n of %h as the logon hours were over",
     "%s ended %n of %h, %l because the logon hours were over"},
    {"protocol-violation", NULL, "%n of %h to %s ended over a message that obliges its receiver to close",
     "%n of %h to %s ended, %l over a message that obliges its receiver to close"},
    {"server-stop", NULL, "%s stopped and took %n of %h along", "%s ended %n of %h, %l because it stopped"},
    {"limit-reached", NULL, "%s had reached a limit and ended %n of %h",
     "%s ended %n of %h, %l because a limit was reached"},
    {"session-replaced", NULL, "%s ended %n of %h in favour of a new session",
     "%s ended %n of %h, %l in favour of a new session"},
    {"request-timeout", NULL, "%h gave up %n to %s when a request had had no answer%d",
     "%h gave up %n to %s, %l because a request had had no answer%d"},
    {"client-idle", NULL, "%h closed %n to %s that lay unused",
     "%h closed %n to %s, %l because %t lay unused"},
    {"transport-race", NULL, "%h closed %n to %s that came second in the race of ports 445 and 139",
     "%h closed %n to %s, %l because %t came second in the race of ports 445 and 139"},
    {"client-close", NULL, "%h chose to close %n to %s", "%h closed %n to %s, %l by choice"},
    {"auth-failed", NULL, "%h gave up %n to %s after a refused logon",
     "%h gave up %n to %s, %l because a logon was refused"},
    {"negotiate-failed", NULL, "%n of %h to %s ended for want of a common dialect",
     "%n of %h to %s ended, %l for want of a common dialect"},
    {"signing-failure", NULL, "%n of %h to %s ended over a signature",
     "%n of %h to %s ended, %l over a signature"},
    {"path-loss", NULL, "The network between %h and %s failed, and %n ended",
     "%n between %h and %s ended, %l because the network failed"},
    {"path-idle-timeout", NULL, "A NAT or firewall forgot %n between %h and %s that lay idle",
     "%n between %h and %s ended, %l because a NAT or firewall had forgotten what lay idle"},
    {"forged-reset", NULL, "Something on the way reset %n between %h and %s in the name of one of them",
     "%n between %h and %s met a reset, %l from something on the way in the name of one of them"},
    {"stale-connection", NULL, "%n between %h and %s met a reset, as one side had forgotten it all",
     "%n between %h and %s met a reset, %l because one side had forgotten it all"},
    {"refused", NULL, "%s refused %n of %h", NULL},
    {"server-close", NULL, "%s ended %n of %h by none of the rules that are known here",
     "%s ended %n of %h, %l by none of the rules that are known here"},
    {"unknown", NULL, "%n between %h and %s ended, and the capture lacks what would tell why", NULL},
};

static const char *sentence_of(const smbt_digest_row *r, enum smbt_strength doubt)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++) {
        const struct sentence *s = &sentences[i];
        if (strcmp(s->cause, r->id) == 0 && (!s->variant || g_strcmp0(s->variant, r->variant) == 0))
            return doubt && s->doubtful ? s->doubtful : s->text;
    }
    return "%n between %h and %s ended";
}

const smbt_digest_row *smbt_story_find_row(const GPtrArray *rows, const char *id, const char *variant)
{
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (r->is_end && strcmp(r->id, id) == 0 && g_strcmp0(r->variant, variant) == 0) return r;
    }
    return NULL;
}

/* Of a session setup that dropped others: who sent it. What is proven leads. */
static void add_variants(GString *para, const smbt_digest_row *told, const GPtrArray *parts)
{
    static const struct {
        const char *variant, *words;
    } senders[] = {{"nat-collision", "by another host (NAT collision)"},
                   {"same-host", "by the same host"},
                   {"client-restart", "by a host that had restarted"},
                   {"undetermined", "by a host that can't be told apart"}};
    if (parts->len < 2) return;
    for (gsize i = 0; i < G_N_ELEMENTS(senders); i++) {
        const smbt_digest_row *r = smbt_story_find_row(parts, told->id, senders[i].variant);
        if (!r) continue;
        smbt_para_add(para, ", ");
        if (r->count == 1)
            smbt_para_add_together(para, "once ");
        else
            smbt_para_count(para, r->count);
        smbt_para_add_together(para, r->count == 1 ? "" : " times ");
        smbt_para_add(para, senders[i].words);
    }
}

static void tell(GString *para, const smbt_digest_row *r, const GPtrArray *parts)
{
    enum smbt_strength doubt = smbt_story_common_doubt(r);
    const char *text = sentence_of(r, doubt);
    bool says_doubt = strstr(text, "%l") != NULL;
    for (const char *p = text; *p; p++) {
        if (*p != '%') {
            const char c[2] = {*p, '\0'};
            smbt_para_add(para, c);
            continue;
        }
        switch (*++p) {
        case 'n': add_connections(para, r, p == text + 1); break;
        case 't': smbt_para_add(para, r->count == 1 ? "it" : "they"); break;
        case 'h': add_hosts(para, r); break;
        case 's': add_servers(para, r); break;
        case 'c': add_culprits(para, r); break;
        case 'a': add_common_address(para, r); break;
        case 'v': add_variants(para, r, parts); break;
        case 'l': smbt_para_add(para, smbt_story_word_of(doubt)); break;
        default: add_delay(para, r); break;
        }
    }
    if (!says_doubt) smbt_story_doubt(para, r);
    smbt_para_add(para, ".");
}

/* A row for all of these. Cells are the rows'. */
static smbt_digest_row unite(const GPtrArray *parts)
{
    smbt_digest_row all = *(const smbt_digest_row *)parts->pdata[0];
    all.cells = g_ptr_array_new();
    if (parts->len > 1) all.variant = NULL;
    for (guint i = 0; i < parts->len; i++) {
        const smbt_digest_row *r = parts->pdata[i];
        g_ptr_array_extend(all.cells, r->cells, NULL, NULL);
        if (i == 0) continue;
        all.count += r->count;
        all.uncounted += r->uncounted;
        all.least_delay = MIN(all.least_delay, r->least_delay);
        all.most_delay = MAX(all.most_delay, r->most_delay);
        for (int n = 0; n < SMBT_STRENGTH_MAX; n++)
            all.strengths[n] += r->strengths[n];
    }
    return all;
}

void smbt_story_tell_cause(GString *para, const GPtrArray *rows, const smbt_digest_row *lead,
                           const smbt_digest_row *except)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (r->is_end && r != except && strcmp(r->id, lead->id) == 0 && r->severity >= SMBT_SEVERITY_NOTE)
            g_ptr_array_add(parts, (gpointer)r);
    }
    smbt_digest_row all = unite(parts);
    tell(para, &all, parts);
    g_ptr_array_unref(all.cells);
}
