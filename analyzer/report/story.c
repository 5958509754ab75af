/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/story.h"

#include "base/addr.h"
#include "base/span.h"
#include "base/time.h"
#include "report/clean.h"
#include "report/meaning.h"
#include "report/text.h"
#include "report/text_digest.h"
#include "verdict/topic.h"

#include <string.h>

/* More hosts, servers, causes than this are counted. */
#define HOSTS_NAMED   3
#define SERVERS_NAMED 2
#define CAUSES_NAMED  5
#define REMEDIES_MAX  3
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

/* "A", "A and B", "A, B and C"; more than `most`: "4 hosts". */
static void add_names(GString *para, const GPtrArray *names, unsigned most, const char *many)
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
        add_names(para, names, HOSTS_NAMED, named ? "hosts" : "clients");
}

static void add_servers(GString *para, const smbt_digest_row *r)
{
    g_autoptr(GPtrArray) names = collect(r, SERVERS);
    if (r->uncounted && names->len > 1)
        smbt_para_add(para, "many servers");
    else
        add_names(para, names, SERVERS_NAMED, "servers");
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

/* The strength that all have, where it is less than confirmed. */
static enum smbt_strength common_doubt(const smbt_digest_row *r)
{
    for (int i = SMBT_STRENGTH_POSSIBLE; i < SMBT_STRENGTH_CONFIRMED; i++)
        if (r->strengths[i] == r->count) return (enum smbt_strength)i;
    return SMBT_STRENGTH_NONE;
}

static const char *word_of(enum smbt_strength doubt)
{
    return doubt == SMBT_STRENGTH_LIKELY ? "most likely" : "possibly";
}

/* " (the cause is confirmed for 7, likely for 4)"; nothing when all are confirmed, or have no strength. */
static void add_doubt(GString *para, const smbt_digest_row *r)
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

static const smbt_digest_row *find_row(const GPtrArray *rows, const char *id, const char *variant)
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
        const smbt_digest_row *r = find_row(parts, told->id, senders[i].variant);
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
    enum smbt_strength doubt = common_doubt(r);
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
        case 'l': smbt_para_add(para, word_of(doubt)); break;
        default: add_delay(para, r); break;
        }
    }
    if (!says_doubt) add_doubt(para, r);
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

/* All variants of the cause that are worth a note, but `except`, in one sentence. */
static void tell_cause(GString *para, const GPtrArray *rows, const smbt_digest_row *lead,
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

/* ---- Patterns
 * --------------------------------------------------------------------------------------------------- */

/* The one of the most ends, the first of these; NULL: there is none. */
static const smbt_pattern *greatest_pattern(const smbt_digest *d, smbt_digest_files *ret_file)
{
    const smbt_pattern *most = NULL;
    ret_file->count = 1;
    for (guint i = 0; i < d->patterns->len; i++) {
        const smbt_pattern *p = d->patterns->pdata[i];
        if (most && p->ends <= most->ends) continue;
        most = p;
        ret_file->first[0] = g_array_index(d->pattern_files, guint, i);
    }
    return most;
}

/* Ends of a cause as bad as the pattern, or worse, that no pattern tells. */
static uint64_t count_others(const smbt_digest_row *of, const GPtrArray *rows, enum smbt_severity least,
                             uint64_t in_patterns)
{
    uint64_t all = 0;
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (r->is_end && r->severity >= least && strcmp(r->id, of->id) == 0) all += r->count;
    }
    return strcmp(of->id, "zero-vc") == 0 ? all - MIN(all, in_patterns) : all;
}

/* The greatest pattern, if there is nothing worse than it and no more of anything as bad. */
static const smbt_pattern *leading_pattern(const smbt_digest *d, const GPtrArray *rows,
                                           smbt_digest_files *ret_file)
{
    const smbt_pattern *p = greatest_pattern(d, ret_file);
    uint64_t in_patterns = 0;
    for (guint i = 0; i < d->patterns->len; i++)
        in_patterns += ((const smbt_pattern *)d->patterns->pdata[i])->ends;
    for (guint i = 0; p && i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (!r->is_end || r->severity < p->severity) continue;
        if (r->severity > p->severity || count_others(r, rows, p->severity, in_patterns) > in_patterns)
            return NULL;
    }
    return p;
}

bool smbt_story_is_of_pattern(const smbt_digest *d)
{
    g_autoptr(GPtrArray) rows = smbt_digest_sorted(d);
    smbt_digest_files file;
    return leading_pattern(d, rows, &file) != NULL;
}

static void tell_pattern(GString *para, const smbt_pattern *p, const GPtrArray *rows)
{
    char client[SMBT_ADDR_STRLEN], server[SMBT_ADDR_STRLEN];
    g_autofree char *span = smbt_span_format(MAX(p->last - p->first, SMBT_MS));
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < p->hosts->len; i++) {
        const char *name = g_array_index(p->hosts, smbt_pattern_host, i).name;
        g_ptr_array_add(names, (gpointer)(name ? name : "a host without a name"));
    }
    add_names(para, names, HOSTS_NAMED, "hosts");
    const smbt_digest_row *r = find_row(rows, "zero-vc", "nat-collision");
    enum smbt_strength doubt = r ? common_doubt(r) : SMBT_STRENGTH_NONE;
    smbt_para_printf(para, " share the address %s and %s%sended each other's connections to %s",
                     smbt_addr_format(&p->client, client), doubt ? word_of(doubt) : "", doubt ? " " : "",
                     smbt_addr_format(&p->server, server));
    smbt_para_printf(para, " %u times in ", p->times);
    smbt_para_add_together(para, span);
    if (r && !doubt && !r->strengths[SMBT_STRENGTH_CONFIRMED]) add_doubt(para, r);
    smbt_para_add(para, ".");
}

/* ---- All
 * -------------------------------------------------------------------------------------------------------- */

/* The end that the story is about; NULL: none is worth one. */
static const smbt_digest_row *first_end(const GPtrArray *rows, enum smbt_severity least)
{
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (r->is_end && r->severity >= least) return r;
    }
    return NULL;
}

static void tell_observation(GString *para, const smbt_digest_row *r)
{
    const char *meaning = smbt_meaning(r->id);
    smbt_para_printf(para, "No lost connection was found, but %c%s", g_ascii_tolower(meaning[0]),
                     meaning + 1);
}

/* "In 1 of 2 captures: ", "12 of 87 captures have findings; the worst, in 3 of them: " */
static void add_captures(GString *para, const smbt_digest *d, const smbt_digest_files *of, uint64_t with_it)
{
    if (d->captures < 2) return;
    const char *name = with_it == 1 && of->count ? smbt_digest_file(d, of->first[0]) : NULL;
    if (with_it == d->found_captures) {
        smbt_para_add(para, "In ");
        smbt_para_count(para, with_it);
        smbt_para_add(para, " of ");
        smbt_text_counted(para, d->captures, "capture", "captures");
        if (name) smbt_para_printf(para, " (%s)", name);
    } else {
        smbt_para_count(para, d->found_captures);
        smbt_para_add(para, " of ");
        smbt_text_counted(para, d->captures, "capture", "captures");
        smbt_para_add(para, " have findings; the worst, in ");
        if (name) smbt_para_add(para, name);
        if (!name) smbt_para_count(para, with_it);
        if (!name) smbt_para_add(para, " of them");
    }
    smbt_para_add(para, ": ");
}

static void add_captures_of_cause(GString *para, const smbt_digest *d, const smbt_digest_row *r)
{
    add_captures(para, d, &r->files, d->cause_captures[smbt_cause_find(r->id)]);
}

void smbt_story_headline(GString *para, const smbt_digest *d)
{
    g_autoptr(GPtrArray) rows = smbt_digest_sorted(d);
    const smbt_digest_row *worst = rows->len ? rows->pdata[0] : NULL;
    const smbt_digest_row *end = first_end(rows, SMBT_SEVERITY_NOTE);
    smbt_digest_files file;
    const smbt_pattern *pattern = leading_pattern(d, rows, &file);
    if (pattern) {
        add_captures(para, d, &file, 1);
        tell_pattern(para, pattern, rows);
    } else if (worst && !worst->is_end && worst->severity >= SMBT_SEVERITY_WARNING) {
        add_captures(para, d, &worst->files, worst->files.count);
        tell_observation(para, worst);
    } else if (end) {
        add_captures_of_cause(para, d, end);
        tell_cause(para, rows, end, NULL);
    } else if (d->hidden_worst > SMBT_SEVERITY_INFO) {
        smbt_para_add(para, "Nothing of the severity that was asked for was found.");
    } else if (d->ends + d->hidden_ends) {
        smbt_para_add(para, "No connection ended in a way that needs attention.");
    } else {
        smbt_para_add(para, "No SMB connection ended here.");
    }
}

/* The cause that is told next; `leads`: a pattern was told first. */
static const smbt_digest_row *second_end(const smbt_digest *d, const GPtrArray *rows, bool leads)
{
    const smbt_digest_row *told = d->patterns->len ? find_row(rows, "zero-vc", "nat-collision") : NULL;
    const smbt_digest_row *first = first_end(rows, SMBT_SEVERITY_NOTE);
    bool is_told = !leads && first == rows->pdata[0];
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (!r->is_end || r->severity < SMBT_SEVERITY_WARNING || r == told) continue;
        if (is_told && strcmp(r->id, first->id) == 0) continue; /* with the first */
        return r;
    }
    return NULL;
}

static void add_causes(GString *para, const GPtrArray *rows)
{
    unsigned told = 0, more = 0;
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (!r->is_end) continue;
        if (told == CAUSES_NAMED) {
            more++;
            continue;
        }
        if (told++) smbt_para_add(para, "; ");
        smbt_para_count(para, r->count);
        smbt_para_blanks(para, 1);
        smbt_text_cause(para, &(smbt_end){.cause = r->id, .variant = r->variant});
    }
    if (more) smbt_para_printf(para, "; and %u more %s", more, more == 1 ? "cause" : "causes");
}

static guint count_causes(const GPtrArray *rows)
{
    guint n = 0;
    for (guint i = 0; i < rows->len; i++)
        n += ((const smbt_digest_row *)rows->pdata[i])->is_end;
    return n;
}

static void tell_second(GString *para, const smbt_digest *d, const GPtrArray *rows, bool leads)
{
    const smbt_digest_row *second = second_end(d, rows, leads);
    if (!second) return;
    tell_cause(para, rows, second, d->patterns->len ? find_row(rows, "zero-vc", "nat-collision") : NULL);
    smbt_para_add(para, " ");
}

void smbt_story_rest(GString *para, const smbt_digest *d)
{
    g_autoptr(GPtrArray) rows = smbt_digest_sorted(d);
    smbt_digest_files file;
    if (rows->len == 0) return;
    uint64_t patterns = d->patterns->len + d->patterns_more;
    bool leads = leading_pattern(d, rows, &file) != NULL;
    if (patterns && !leads) {
        tell_pattern(para, greatest_pattern(d, &file), rows);
        smbt_para_add(para, " ");
    }
    if (patterns > 1) {
        smbt_text_counted(para, patterns - 1, "more such ping-pong was", "more such ping-pongs were");
        smbt_para_add(para, " seen. ");
    }
    tell_second(para, d, rows, leads);
    if (count_causes(rows) < 2) return;
    smbt_para_add(para, "In all ");
    smbt_text_counted(para, d->ends, "end: ", "ends: ");
    add_causes(para, rows);
    smbt_para_add(para, ".");
}

static bool covers(const smbt_digest_row *all, const smbt_digest_row *some)
{
    if (strcmp(all->id, some->id) != 0) return false;
    for (guint i = 0; i < some->remedies->len; i++)
        if (!g_ptr_array_find_with_equal_func(all->remedies, some->remedies->pdata[i], g_str_equal, NULL))
            return false;
    return true;
}

/* Of two variants of a cause of which one says all that the other does, that one. */
static void keep_remedies(GPtrArray *kept, const smbt_digest_row *r)
{
    for (guint i = 0; i < kept->len; i++) {
        if (covers(kept->pdata[i], r)) return;
        if (!covers(r, kept->pdata[i])) continue;
        kept->pdata[i] = (gpointer)r;
        return;
    }
    if (kept->len < REMEDIES_MAX) g_ptr_array_add(kept, (gpointer)r);
}

GPtrArray *smbt_story_remedies(const smbt_digest *d)
{
    g_autoptr(GPtrArray) rows = smbt_digest_sorted(d);
    GPtrArray *kept = g_ptr_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (r->severity >= SMBT_SEVERITY_NOTE && r->remedies->len) keep_remedies(kept, r);
    }
    return kept;
}
