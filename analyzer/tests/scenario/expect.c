/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/expect.h"

#include "scenario/line.h"

#include <string.h>

/* A line of the file: what stands before the colon and the parts behind it. */
struct claim {
    unsigned number;
    const char *text;
    char **head;  /* words */
    char **parts; /* between commas; NULL-ended */
    GError *error;
};

struct expectation {
    const scn_scenario *s;
    const scn_findings *found;
    bool *told; /* by row: a claim is about it */
    bool closed;
    GString *differences;
};

static bool fail(struct claim *c, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool fail(struct claim *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    if (!c->error) g_set_error(&c->error, SCN_ERROR, 0, "expected, line %u: %s", c->number, what);
    return false;
}

static const char *word(char **words, guint at)
{
    return at < g_strv_length(words) ? words[at] : "";
}

static uint64_t frame_named(struct expectation *x, struct claim *c, const char *label)
{
    uint64_t number = 0;
    if (!scn_find_frame(x->s, label, &number)) fail(c, "there is no captured frame [%s]", label);
    return number;
}

/* ---- Ends ---- */

static bool names_connection(const scn_scenario *s, const scn_pair *pair, const char *id)
{
    for (guint i = 0; i < s->connections->len; i++) {
        const scn_connection_name *n = &g_array_index(s->connections, scn_connection_name, i);
        if (strcmp(n->id, id) != 0) continue;
        return memcmp(&n->client.addr, &pair->client.addr, sizeof n->client.addr) == 0 &&
               memcmp(&n->server.addr, &pair->server.addr, sizeof n->server.addr) == 0 &&
               n->client.port == pair->client.port && n->server.port == pair->server.port;
    }
    return false;
}

/* "zero-vc nat-collision confirmed": cause, variant where the cause has them, strength unless unknown. */
static bool cause_is(const scn_finding *f, const char *text)
{
    g_autofree char *is =
        g_strdup_printf("%s%s%s%s%s", f->what, f->variant ? " " : "", f->variant ? f->variant : "",
                        f->strength ? " " : "", f->strength ? f->strength : "");
    return strcmp(is, text) == 0;
}

static bool is_number(const char *text, unsigned n)
{
    g_autofree char *is = g_strdup_printf("%u", n);
    return strcmp(is, text) == 0;
}

/* "rst by server", "silence" */
static bool kind_is(const scn_finding *f, char **words)
{
    return g_strcmp0(f->kind, words[0]) == 0 && (!f->by || strcmp(f->by, word(words, 2)) == 0);
}

static bool delay_is(struct claim *c, const scn_finding *f, const char *text)
{
    gint64 ns;
    if (!scn_duration_parse(text, &ns)) return fail(c, "%s is no duration", text);
    return ABS(ns / 1000 - f->delay_us) <= 1;
}

static bool culprit_is(struct expectation *x, struct claim *c, const scn_finding *f, char **words)
{
    uint64_t frame = frame_named(x, c, word(words, 3));
    return f->culprit == frame && names_connection(x->s, &f->culprit_connection, word(words, 1));
}

/* "60s..90s", "60s..": from when to when. */
static bool window_is(struct expectation *x, struct claim *c, const scn_finding *f, const char *text)
{
    g_auto(GStrv) ends = g_strsplit(text, "..", 2);
    const smbt_time found[] = {f->predicted_from, f->predicted_to};
    if (g_strv_length(ends) != 2) return fail(c, "%s is not FROM..TO", text);
    for (int i = 0; i < 2; i++) {
        gint64 ns;
        bool open = ends[i][0] == '\0';
        if (!open && !scn_duration_parse(ends[i], &ns)) return fail(c, "%s is no duration", ends[i]);
        if (open != (found[i] == SMBT_TIME_NONE)) return false;
        if (open) continue;
        gint64 is = (gint64)(found[i] - scn_finding_origin(x->s, f));
        if (ABS(is - ns) > 1000) return false;
    }
    return true;
}

/* "predicted 60s..90s", "predicted session-timeout 60s..90s" */
static bool predicted_is(struct expectation *x, struct claim *c, const scn_finding *f, char **words)
{
    const char *window = word(words, 1);
    if (!strstr(window, "..")) {
        if (g_strcmp0(f->rule, window) != 0) return false;
        window = word(words, 2);
    }
    return f->rule && window_is(x, c, f, window);
}

/* "evidence blocked late": these frames are among it. */
static bool evidence_has(struct expectation *x, struct claim *c, const scn_finding *f, char **labels)
{
    bool ok = labels[0] || fail(c, "evidence of what?");
    for (int i = 0; labels[i]; i++) {
        uint64_t frame = frame_named(x, c, labels[i]);
        ok = frame && scn_evidence_has(f, frame) && ok;
    }
    return ok;
}

static bool part_holds(struct expectation *x, struct claim *c, const scn_finding *f, const char *part)
{
    g_auto(GStrv) words = g_strsplit(part, " ", -1);
    const char *key = words[0], *value = word(words, 1);
    if (strcmp(key, "rst") == 0 || strcmp(key, "fin") == 0 || strcmp(key, "silence") == 0)
        return kind_is(f, words);
    if (strcmp(key, "culprit") == 0) return culprit_is(x, c, f, words);
    if (strcmp(key, "predicted") == 0) return predicted_is(x, c, f, words);
    if (strcmp(key, "evidence") == 0) return evidence_has(x, c, f, words + 1);
    if (strcmp(key, "delay") == 0) return delay_is(c, f, value);
    if (strcmp(key, "severity") == 0) return strcmp(f->severity, value) == 0;
    if (strcmp(key, "in") == 0) return is_number(word(words, 2), f->in_flight);
    if (strcmp(key, "missing") == 0) return is_number(value, f->missing);
    if (strcmp(key, "user") == 0) return g_strcmp0(f->user, value) == 0;
    if (strcmp(key, "workstation") == 0) return g_strcmp0(f->workstation, value) == 0;
    return fail(c, "what is \"%s\"?", part);
}

static bool end_holds(struct expectation *x, struct claim *c, const scn_finding *f)
{
    bool culprit = false, ok = names_connection(x->s, &f->connection, word(c->head, 1));
    ok = ok && cause_is(f, c->parts[0]);
    for (int i = 1; c->parts[i]; i++) {
        culprit |= g_str_has_prefix(c->parts[i], "culprit ");
        ok = part_holds(x, c, f, c->parts[i]) && ok;
    }
    return ok && culprit == (f->culprit != 0);
}

static void say_evidence(struct expectation *x, const scn_finding *f)
{
    g_auto(GStrv) frames = g_strsplit(f->evidence ? f->evidence : "", ",", -1);
    g_string_append(x->differences, ", evidence");
    for (int i = 0; frames[i]; i++) {
        if (!*frames[i]) continue;
        g_string_append_c(x->differences, ' ');
        scn_frame_say(x->differences, x->s, g_ascii_strtoull(frames[i], NULL, 10));
    }
}

static void differ(struct expectation *x, const char *claim, const scn_finding *f)
{
    g_string_append_printf(x->differences, "  expected: %s\n  found:    ", claim);
    if (f) {
        scn_finding_say(x->differences, x->s, f);
        if (f->is_end)
            g_string_append_printf(x->differences, ", severity %s, in flight %u, missing %u", f->severity,
                                   f->in_flight, f->missing);
        else
            g_string_append_printf(x->differences, ", severity %s", f->severity);
        say_evidence(x, f);
    } else {
        g_string_append(x->differences, "(nothing)");
    }
    g_string_append_c(x->differences, '\n');
}

/* Finds the row that the claim is about, by its frame, and marks it. */
static const scn_finding *row_at(struct expectation *x, bool is_end, const char *kind, uint64_t frame)
{
    for (guint i = 0; i < x->found->rows->len; i++) {
        const scn_finding *f = &g_array_index(x->found->rows, scn_finding, i);
        if (x->told[i] || f->is_end != is_end || f->frame != frame) continue;
        if (kind && strcmp(kind, f->what) != 0) continue;
        x->told[i] = true;
        return f;
    }
    return NULL;
}

static bool claim_end(struct expectation *x, struct claim *c)
{
    if (strcmp(word(c->head, 2), "at") != 0 || !c->parts[0] || !c->parts[1])
        return fail(c, "an end is \"end CONNECTION at LABEL: CAUSE, rst by server\"");
    const scn_finding *f = row_at(x, true, NULL, frame_named(x, c, word(c->head, 3)));
    if (!f || !end_holds(x, c, f)) differ(x, c->text, f);
    return !c->error;
}

/* "evidence blocked, late": what follows the evidence, up to another word of these, goes on with it. */
static bool observation_part(struct expectation *x, struct claim *c, const scn_finding *f, char **words,
                             bool *listing)
{
    const char *key = word(words, 0);
    bool severity = strcmp(key, "severity") == 0, evidence = strcmp(key, "evidence") == 0;
    bool goes_on = *listing && !severity && !evidence;
    *listing = evidence || goes_on;
    if (evidence) return evidence_has(x, c, f, words + 1);
    if (goes_on) return evidence_has(x, c, f, words);
    if (severity) return strcmp(f->severity, word(words, 1)) == 0;
    return fail(c, "what is \"%s\"?", key);
}

static bool claim_observation(struct expectation *x, struct claim *c)
{
    bool at = strcmp(word(c->head, 2), "at") == 0;
    uint64_t frame = at ? frame_named(x, c, word(c->head, 3)) : 0;
    const scn_finding *f = row_at(x, false, word(c->head, 1), frame);
    bool ok = f != NULL, listing = false;
    for (int i = 0; f && c->parts[i]; i++) {
        g_auto(GStrv) words = g_strsplit(c->parts[i], " ", -1);
        ok = observation_part(x, c, f, words, &listing) && ok;
    }
    if (!ok) differ(x, c->text, f);
    return !c->error;
}

/* ---- Servers, the capture ---- */

static bool server_part(const scn_server *s, char **words)
{
    const char *key = words[0];
    if (strcmp(key, "enforced") == 0) return is_number(word(words, 1), s->enforced);
    if (strcmp(key, "not") == 0) return is_number(word(words, 2), s->not_enforced);
    return strcmp(key, "profile") == 0 && g_strcmp0(s->profile, word(words, 1)) == 0;
}

static bool claim_server(struct expectation *x, struct claim *c)
{
    const scn_server *server = NULL;
    for (guint i = 0; i < x->found->servers->len; i++) {
        const scn_server *s = &g_array_index(x->found->servers, scn_server, i);
        char addr[SMBT_ADDR_STRLEN];
        smbt_addr_format(&s->addr, addr);
        if (strcmp(addr, word(c->head, 1)) == 0) server = s;
    }
    bool ok = server != NULL;
    for (int i = 0; server && c->parts[i]; i++) {
        g_auto(GStrv) words = g_strsplit(c->parts[i], " ", -1);
        ok = server_part(server, words) && ok;
    }
    if (ok) return true;
    g_string_append_printf(x->differences, "  expected: %s\n  found:    ", c->text);
    if (server)
        g_string_append_printf(x->differences, "enforced %u, not enforced %u, profile %s\n", server->enforced,
                               server->not_enforced, server->profile);
    else
        g_string_append(x->differences, "(no such server)\n");
    return true;
}

static bool capture_part(const scn_findings *f, char **words)
{
    const char *key = words[0], *value = word(words, 1);
    if (strcmp(key, "viewpoint") == 0) return g_strcmp0(f->viewpoint ? f->viewpoint : "unknown", value) == 0;
    if (strcmp(key, "nat") == 0) return g_strcmp0(f->nat ? f->nat : "unknown", value) == 0;
    if (strcmp(key, "duplicates") == 0) return is_number(value, f->duplicates);
    if (strcmp(key, "connections") == 0) return is_number(value, f->connections);
    if (strcmp(key, "undecoded") == 0) return is_number(value, f->undecoded);
    return strcmp(key, "backward") == 0 && is_number(value, f->backward);
}

static bool claim_capture(struct expectation *x, struct claim *c)
{
    bool ok = true;
    for (int i = 0; c->parts[i]; i++) {
        g_auto(GStrv) words = g_strsplit(c->parts[i], " ", -1);
        ok = capture_part(x->found, words) && ok;
    }
    if (!ok)
        g_string_append_printf(
            x->differences,
            "  expected: %s\n  found:    viewpoint %s, nat %s, connections %u, undecoded %u, "
            "backward %u, duplicates %u\n",
            c->text, x->found->viewpoint ? x->found->viewpoint : "unknown",
            x->found->nat ? x->found->nat : "unknown", x->found->connections, x->found->undecoded,
            x->found->backward, x->found->duplicates);
    return true;
}

/* ---- The file ---- */

static bool take_claim(struct expectation *x, struct claim *c)
{
    const char *what = word(c->head, 0);
    if (x->closed) return fail(c, "something follows \"nothing else\"");
    if (strcmp(what, "end") == 0) return claim_end(x, c);
    if (strcmp(what, "observation") == 0) return claim_observation(x, c);
    if (strcmp(what, "server") == 0) return claim_server(x, c);
    if (strcmp(what, "capture") == 0) return claim_capture(x, c);
    if (strcmp(c->text, "nothing else") != 0 && strcmp(c->text, "nothing") != 0)
        return fail(c, "what is \"%s\"?", c->text);
    x->closed = true;
    return true;
}

static bool take_line(struct expectation *x, char *text, unsigned number, GError **error)
{
    text[strcspn(text, "#")] = '\0';
    g_strstrip(text);
    if (!*text) return true;
    const char *colon = strstr(text, ": ");
    g_autofree char *head = colon ? g_strndup(text, (gsize)(colon - text)) : g_strdup(text);
    struct claim c = {.number = number, .text = text, .head = g_strsplit(head, " ", -1)};
    c.parts = g_strsplit(colon ? colon + 2 : "", ",", -1);
    for (int i = 0; c.parts[i]; i++)
        g_strstrip(c.parts[i]);
    bool ok = take_claim(x, &c) && !c.error;
    g_strfreev(c.head);
    g_strfreev(c.parts);
    if (c.error) g_propagate_error(error, c.error);
    return ok;
}

static void list_unexpected(struct expectation *x)
{
    for (guint i = 0; i < x->found->rows->len; i++) {
        if (x->told[i]) continue;
        differ(x, "(nothing else)", &g_array_index(x->found->rows, scn_finding, i));
    }
}

char *scn_expect(const scn_scenario *s, const char *text, const scn_findings *findings, GError **error)
{
    g_autofree bool *told = g_new0(bool, findings->rows->len + 1);
    struct expectation x = {.s = s, .found = findings, .told = told, .differences = g_string_new(NULL)};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    bool ok = true;
    for (unsigned i = 0; ok && lines[i]; i++)
        ok = take_line(&x, lines[i], i + 1, error);
    if (ok && !x.closed) {
        g_set_error(error, SCN_ERROR, 0, "expected: the last line must be \"nothing else\"");
        ok = false;
    }
    if (ok) list_unexpected(&x);
    return g_string_free(x.differences, !ok);
}
