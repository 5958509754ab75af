/* Findings as packet comments: one for each frame that has a part in a finding. One line each: words for
 * machines (role=culprit cause=zero-vc victim=280), a colon, words for people.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/clean.h"
#include "report/phrase.h"

#include <string.h>

#define PREFIX "smbtrace/"
#define NUMBER "1"

/* A comment while it is put together, and where it goes. */
struct comment {
    GString *text;
    smbt_comment_fn add;
    void *user;
    GHashTable *done; /* frames that have their comment on this finding */
};

/* Text that may come from anywhere: stays on one line, and is harmless. */
static void append(GString *out, const char *s)
{
    while (s && *s) {
        gunichar c = smbt_clean_next(&s);
        if (smbt_clean_is_harmless(c))
            g_string_append_unichar(out, c);
        else
            g_string_append(out, SMBT_CLEAN_REPLACEMENT);
    }
}

static void begin(struct comment *c, const char *role)
{
    g_string_printf(c->text, PREFIX NUMBER " role=%s", role);
}

static void word(struct comment *c, const char *key, const char *value)
{
    if (value) g_string_append_printf(c->text, " %s=%s", key, value);
}

static void number(struct comment *c, const char *key, uint64_t value)
{
    if (value) g_string_append_printf(c->text, " %s=%" G_GUINT64_FORMAT, key, value);
}

static void cut(GString *text)
{
    static const char more[] = "\xe2\x80\xa6";
    if (text->len <= SMBT_COMMENT_MAX) return;
    const char *end = g_utf8_find_prev_char(text->str, text->str + SMBT_COMMENT_MAX - strlen(more) + 1);
    g_string_truncate(text, (gsize)(end - text->str));
    g_string_append(text, more);
}

static bool is_open(const struct comment *c, uint64_t frame)
{
    return frame != 0 && !g_hash_table_contains(c->done, &frame);
}

static void hand_out(struct comment *c, uint64_t frame)
{
    cut(c->text);
    g_hash_table_add(c->done, g_memdup2(&frame, sizeof frame));
    c->add(frame, c->text->str, c->user);
}

/* What the finding says of this frame itself, a sentence each. */
static void add_own_evidence(struct comment *c, const GArray *evidence, uint64_t frame)
{
    for (guint i = 0; evidence && i < evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        if (e->frame != frame) continue;
        g_string_append(c->text, " Seen here: ");
        append(c->text, e->what);
        g_string_append_c(c->text, '.');
    }
}

static void add_victim(struct comment *c, const smbt_end *end)
{
    begin(c, "victim");
    word(c, "cause", end->cause);
    word(c, "variant", end->variant);
    word(c, "severity", smbt_severity_name(end->severity));
    word(c, "strength", smbt_strength_name(end->strength));
    number(c, "culprit", end->culprit.frame);
    g_autofree char *cause = smbt_phrase_cause(end);
    g_autofree char *pair = smbt_phrase_pair(&end->connection.client, &end->connection.server);
    g_string_append(c->text, ": ");
    append(c->text, pair);
    g_string_append(c->text, " ended here: ");
    append(c->text, cause);
    g_string_append(c->text, ". ");
    append(c->text, end->summary);
    add_own_evidence(c, end->evidence, end->frame);
    hand_out(c, end->frame);
}

static void add_culprit(struct comment *c, const smbt_end *end)
{
    begin(c, "culprit");
    word(c, "cause", end->cause);
    word(c, "variant", end->variant);
    word(c, "severity", smbt_severity_name(end->severity));
    word(c, "strength", smbt_strength_name(end->strength));
    number(c, "victim", end->frame);
    g_autofree char *cause = smbt_phrase_cause(end);
    g_autofree char *pair = smbt_phrase_pair(&end->connection.client, &end->connection.server);
    g_string_append(c->text, ": this packet set off the end of ");
    append(c->text, pair);
    g_string_append_printf(c->text, " in frame %" G_GUINT64_FORMAT, end->frame);
    if (end->culprit.delay != SMBT_DURATION_UNKNOWN) {
        g_autofree char *delay = smbt_phrase_duration(end->culprit.delay);
        g_string_append(c->text, ", ");
        append(c->text, delay);
        g_string_append(c->text, " later");
    }
    g_string_append(c->text, ": ");
    append(c->text, cause);
    g_string_append_c(c->text, '.');
    add_own_evidence(c, end->evidence, end->culprit.frame);
    hand_out(c, end->culprit.frame);
}

static void add_evidence(struct comment *c, const GArray *evidence, const char *key, const char *finding,
                         const char *place, uint64_t frame)
{
    for (guint i = 0; evidence && i < evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        if (!is_open(c, e->frame)) continue;
        begin(c, "evidence");
        word(c, key, finding);
        number(c, place, frame);
        g_string_append_printf(c->text, ": evidence of %s", finding);
        if (frame) g_string_append_printf(c->text, " in frame %" G_GUINT64_FORMAT, frame);
        g_string_append_c(c->text, '.');
        add_own_evidence(c, evidence, e->frame);
        hand_out(c, e->frame);
    }
}

static void add_end(struct comment *c, const smbt_end *end)
{
    if (is_open(c, end->frame)) add_victim(c, end);
    if (is_open(c, end->culprit.frame)) add_culprit(c, end);
    add_evidence(c, end->evidence, "cause", end->cause, "victim", end->frame);
}

static void add_observation(struct comment *c, const smbt_observation *o)
{
    if (is_open(c, o->frame)) {
        begin(c, "observation");
        word(c, "observation", o->kind);
        word(c, "severity", smbt_severity_name(o->severity));
        g_string_append(c->text, ": ");
        append(c->text, o->summary);
        add_own_evidence(c, o->evidence, o->frame);
        hand_out(c, o->frame);
    }
    add_evidence(c, o->evidence, "observation", o->kind, "at", o->frame);
}

void smbt_comment_record(const smbt_record *record, smbt_comment_fn add, void *user)
{
    if (record->type != SMBT_RECORD_END && record->type != SMBT_RECORD_OBSERVATION) return;
    struct comment c = {.text = g_string_new(NULL),
                        .add = add,
                        .user = user,
                        .done = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL)};
    if (record->type == SMBT_RECORD_END)
        add_end(&c, record->end);
    else
        add_observation(&c, record->observation);
    g_hash_table_destroy(c.done);
    g_string_free(c.text, TRUE);
}

bool smbt_comment_is_ours(const char *comment)
{
    if (!g_str_has_prefix(comment, PREFIX)) return false;
    const char *rest = comment + strlen(PREFIX);
    size_t digits = strspn(rest, "0123456789");
    return digits > 0 && g_str_has_prefix(rest + digits, " role=");
}
