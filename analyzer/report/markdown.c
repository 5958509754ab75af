/* Findings as Markdown (GitHub's and GitLab's), for issue trackers: verdict first, then evidence, what was
 * ruled out, what to do.
 *
 * All text is escaped, whoever made it: it is no markup, no HTML, no link, and mentions nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/place.h"
#include "report/clean.h"
#include "report/phrase.h"
#include "report/story.h"
#include "report/text_digest.h"

#include <string.h>

/* Behind @ it keeps a name from being taken for a mention, and an address for a link. */
#define WORD_JOINER "\xe2\x81\xa0"

static bool is_alnum(gunichar c)
{
    return c != SMBT_CLEAN_INVALID && g_unichar_isalnum(c);
}

/* Whether c is markup where it stands. */
static bool is_markup(gunichar before, gunichar c, gunichar after)
{
    if (c == '_') return !is_alnum(before) || !is_alnum(after);
    if (c == ':') return after == '/';
    if (c == '.') return before == 'w' || before == 'W';
    if (c == '-' || c == '+' || c == '=') return before == 0;
    return c < 0x80 && strchr("\\`*{}[]<>#|~&!$", (char)c);
}

static void append(GString *out, const char *s)
{
    gunichar before = 0;
    while (s && *s) {
        gunichar c = smbt_clean_next(&s);
        const char *ahead = s;
        gunichar after = *ahead ? smbt_clean_next(&ahead) : 0;
        if (!smbt_clean_is_harmless(c)) {
            g_string_append(out, SMBT_CLEAN_REPLACEMENT);
        } else {
            if (is_markup(before, c, after)) g_string_append_c(out, '\\');
            g_string_append_unichar(out, c);
            if (c == '@') g_string_append(out, WORD_JOINER);
        }
        before = c;
    }
}

/* Likes of printf; knows %s, escaped, only. */
G_GNUC_PRINTF(2, 3) static void add(GString *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format == '%' && format[1] == 's') {
            append(out, va_arg(arguments, const char *));
            format++;
        } else {
            g_string_append_c(out, *format);
        }
    }
    va_end(arguments);
}

/* "- **label** text"; nothing when there is no text. Takes the text. */
static void add_item(GString *out, const char *label, char *text)
{
    if (text && *text) add(out, "- **%s** %s\n", label, text);
    g_free(text);
}

static void add_views(GString *out, const smbt_end *end)
{
    for (guint i = 0; end->culprit_elsewhere && i < end->culprit_elsewhere->len; i++)
        add_item(out, "set off in",
                 smbt_phrase_other_frame(&g_array_index(end->culprit_elsewhere, smbt_other_frame, i)));
    for (guint i = 0; end->views && i < end->views->len; i++)
        add_item(out, "seen from", smbt_phrase_view(&g_array_index(end->views, smbt_end_view, i)));
}

static void add_companions(GString *out, const smbt_capture_info *info)
{
    for (guint i = 0; info->companions && i < info->companions->len; i++)
        add_item(out, "joined with",
                 smbt_phrase_companion(&g_array_index(info->companions, smbt_companion, i)));
}

static void add_evidence(GString *out, const GArray *evidence)
{
    if (!evidence || evidence->len == 0) return;
    g_string_append(out, "\n| Frame | Evidence |\n|---:|---|\n");
    for (guint i = 0; i < evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        g_autofree char *frame = e->frame ? g_strdup_printf("%" G_GUINT64_FORMAT, e->frame) : NULL;
        add(out, "| %s | %s |\n", frame, e->what);
    }
}

static void add_list(GString *out, const char *title, const GPtrArray *items)
{
    if (!items || items->len == 0) return;
    add(out, "\n**%s**\n\n", title);
    for (guint i = 0; i < items->len; i++)
        add(out, "- %s\n", (const char *)items->pdata[i]);
}

static void add_ruled_out(GString *out, const GArray *ruled_out)
{
    if (!ruled_out || ruled_out->len == 0) return;
    g_string_append(out, "\n**Ruled out**\n\n");
    for (guint i = 0; i < ruled_out->len; i++) {
        const smbt_ruled_out *r = &g_array_index(ruled_out, smbt_ruled_out, i);
        add(out, "- %s: %s\n", r->cause, r->why);
    }
}

static void add_heading(GString *out, enum smbt_severity severity, const char *title)
{
    static const char *const marks[SMBT_SEVERITY_MAX] = {"ℹ️", "•", "⚠️", "❌"};
    add(out, "\n### %s %s: %s\n\n", marks[severity], smbt_severity_name(severity), title);
}

static void add_connection(GString *out, const smbt_connection_info *c)
{
    g_autofree char *pair = smbt_phrase_connection(c);
    add(out, "- **connection** %s", pair);
    if (c->dialect) add(out, ", %s", c->dialect);
    if (c->user) add(out, ", user %s", c->user);
    if (c->workstation) add(out, ", workstation %s", c->workstation);
    g_string_append_c(out, '\n');
}

/* What is in order takes one line. */
static void add_end(GString *out, const smbt_end *end, const char *file)
{
    g_autofree char *cause = smbt_phrase_cause(end);
    if (end->severity == SMBT_SEVERITY_INFO) {
        g_autofree char *pair = smbt_phrase_connection(&end->connection);
        g_autofree char *how = smbt_phrase_end(end);
        add(out, "\n- %s: %s; %s\n", pair, cause, how);
        return;
    }
    add_heading(out, end->severity, cause);
    add(out, "%s\n\n", end->summary);
    add_connection(out, &end->connection);
    add_item(out, "file", g_strdup(file));
    add_item(out, "ended", smbt_phrase_end(end));
    add_item(out, "set off by", smbt_phrase_culprit(end));
    add_views(out, end);
    add_item(out, "in flight", smbt_phrase_in_flight(end));
    add_item(out, "back", smbt_phrase_reconnect(end));
    add_evidence(out, end->evidence);
    add_list(out, "What to do", end->remedies);
    add_ruled_out(out, end->ruled_out);
    add_list(out, "Missing", end->missing);
    add_list(out, "References", end->references);
}

static void add_observation(GString *out, const smbt_observation *o, const char *file)
{
    add_heading(out, o->severity, o->kind);
    add(out, "%s\n\n", o->summary);
    add_item(out, "file", g_strdup(file));
    add_item(out, "seen", smbt_phrase_observed(o));
    add_evidence(out, o->evidence);
}

static void add_pattern(GString *out, const smbt_pattern *p)
{
    add_heading(out, p->severity, p->kind);
    add(out, "%s\n\n", p->summary);
    add_item(out, "seen", smbt_phrase_pattern_span(p));
    add_item(out, "hosts", smbt_phrase_pattern_hosts(p));
}

/* Indented by four: a block of code, which nothing in a line can end. */
static void add_code(GString *out, const char *title, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_string_append_printf(out, "\n### %s\n\n", title);
    for (char **line = lines; *line; line++)
        g_string_append_printf(out, **line ? "    %s\n" : "\n", *line);
}

static void add_what_if(GString *out, const smbt_record *record)
{
    g_autoptr(GString) text = g_string_new(NULL);
    smbt_text_record(text, &(smbt_text_style){0}, record);
    add_code(out, "What if", text->str);
}

void smbt_markdown_digest(GString *out, const smbt_digest *digest)
{
    g_autoptr(GString) text = g_string_new(NULL);
    smbt_text_digest_table(text, &(smbt_text_style){0}, digest);
    add_code(out, "In short", text->str);
}

static void add_escaped(GString *out, const char *name)
{
    add(out, "%s", name);
}

void smbt_markdown_record(GString *out, const smbt_record *record)
{
    const smbt_naming naming = {record->places, smbt_record_frame(record)};
    gsize from = out->len;
    switch (record->type) {
    case SMBT_RECORD_END: add_end(out, record->end, smbt_place_of(naming.places, naming.home).file); break;
    case SMBT_RECORD_OBSERVATION:
        add_observation(out, record->observation, smbt_place_of(naming.places, naming.home).file);
        break;
    case SMBT_RECORD_PATTERN: add_pattern(out, record->pattern); break;
    case SMBT_RECORD_WHAT_IF: add_what_if(out, record); break;
    case SMBT_RECORD_SIGHTING: break;
    case SMBT_RECORD_SERVER:
    case SMBT_RECORD_CLIENT: {
        g_autofree char *line = smbt_phrase_peer(record);
        add(out, "\n- %s\n", line);
        break;
    }
    }
    smbt_naming_apply(&naming, out, from, add_escaped);
}

/* What to do, cause by cause where there are several. */
static void add_remedies(GString *out, const smbt_digest *digest)
{
    g_autoptr(GPtrArray) rows = smbt_story_remedies(digest);
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        g_autofree char *topic = smbt_story_remedies_topic(digest, r);
        g_autofree char *title =
            rows->len > 1 ? g_strdup_printf("What to do about %s", topic) : g_strdup("What to do");
        add_list(out, title, r->remedies);
    }
}

void smbt_markdown_begin(GString *out, const smbt_overview *o)
{
    g_autofree char *headline = smbt_phrase_report_headline(o->digest, o->captures);
    g_autofree char *rest = smbt_phrase_rest(o->digest);
    g_autofree char *worst = smbt_phrase_worst(o->tally);
    g_autofree char *count = smbt_phrase_count(o->captures, "capture", "captures");
    add(out, "# smbtrace: %s\n\n", headline);
    if (rest) add(out, "%s\n\n", rest);
    worst[0] = g_ascii_toupper(worst[0]);
    add(out, "%s in %s.\n", worst, count);
    if (o->not_read)
        g_string_append_printf(out, "\n**Interrupted**: %u of %u inputs were not read.\n", o->not_read,
                               o->inputs);
    if (o->unwhole) {
        g_autofree char *inputs = smbt_phrase_count(o->unwhole, "input", "inputs");
        add(out, "\n**%s could not be read whole**: what follows holds for what was read.\n", inputs);
    }
    add_remedies(out, o->digest);
    g_autofree char *hidden = smbt_phrase_hidden(o->digest);
    if (hidden) add(out, "\n%s\n", hidden);
}

void smbt_markdown_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info,
                           const smbt_tally *tally)
{
    gsize from = out->len;
    g_autofree char *worst = smbt_phrase_worst(tally);
    add(out, "\n## %s\n\n%s\n\n", input->file ? input->file : "-", worst);
    add_item(out, "capture", smbt_phrase_numbers(info));
    add_item(out, "taken", smbt_phrase_circumstances(info));
    add_item(out, info->begun_before ? "not whole" : "still open", smbt_phrase_beyond(info));
    add_companions(out, info);
    add_item(out, "SHA-256", g_strdup(input->sha256));
    if (!input->complete) add_item(out, "incomplete", g_strdup("the input could not be read whole"));
    for (guint i = 0; input->problems && i < input->problems->len; i++)
        add_item(out, "problem", g_strdup(input->problems->pdata[i]));
    if (tally->by_chance) add_item(out, "coincidence", smbt_phrase_coincidence(info));
    g_auto(GStrv) notes = smbt_phrase_capture_notes(input, info);
    for (char **note = notes; *note; note++)
        add_item(out, "note", g_strdup(*note));
    smbt_naming_apply(&(smbt_naming){.places = info->places}, out, from, add_escaped);
}

void smbt_markdown_problem(GString *out, const char *file, const char *problem)
{
    add(out, "\n## %s\n\n❌ could not be read: %s\n", file, problem);
}
