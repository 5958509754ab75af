/* The HTML report: one file that needs nothing else, with what was found (html_overview.c), an index
 * (html_index.c) and, per capture, the findings (here).
 *
 * There is no script in it, and its policy forbids any, as it does everything from elsewhere: what a packet
 * smuggles in could do nothing even if it were markup. All text is escaped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/html.h"
#include "base/place.h"
#include "report/markup.h"
#include "report/phrase.h"

const char *const smbt_html_marks[SMBT_SEVERITY_MAX] = {"i", "•", "!", "✗"};

void smbt_html_end(GString *out)
{
    g_string_append(out, "</main>\n</body>\n</html>\n");
}

/* ---- Findings */

char *smbt_html_anchor(const char *file, const char *pair, const char *finding, uint64_t frame)
{
    guint hash = g_str_hash(file ? file : "") * 33 + g_str_hash(pair ? pair : "");
    return g_strdup_printf("f%08x-%s-%" G_GUINT64_FORMAT, hash, finding, frame);
}

/* Takes the text. */
static void add_fact(GString *out, const char *label, char *text)
{
    if (text && *text) smbt_markup_printf(out, "<dt>%s</dt><dd>%s</dd>\n", label, text);
    g_free(text);
}

static void add_views(GString *out, const smbt_end *end)
{
    for (guint i = 0; end->culprit_elsewhere && i < end->culprit_elsewhere->len; i++)
        add_fact(out, "set off in",
                 smbt_phrase_other_frame(&g_array_index(end->culprit_elsewhere, smbt_other_frame, i)));
    for (guint i = 0; end->views && i < end->views->len; i++)
        add_fact(out, "seen from", smbt_phrase_view(&g_array_index(end->views, smbt_end_view, i)));
}

static void add_companions(GString *out, const smbt_capture_info *info)
{
    for (guint i = 0; info->companions && i < info->companions->len; i++)
        add_fact(out, "joined with",
                 smbt_phrase_companion(&g_array_index(info->companions, smbt_companion, i)));
}

static void add_evidence(GString *out, const GArray *evidence)
{
    if (!evidence || evidence->len == 0) return;
    g_string_append(out,
                    "<table><thead><tr><th class=\"n\">Frame</th><th>Evidence</th></tr></thead><tbody>\n");
    for (guint i = 0; i < evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        g_autofree char *frame = e->frame ? g_strdup_printf("%" G_GUINT64_FORMAT, e->frame) : NULL;
        smbt_markup_printf(out, "<tr><td class=\"n\">%s</td><td>%s</td></tr>\n", frame, e->what);
    }
    g_string_append(out, "</tbody></table>\n");
}

static void add_list(GString *out, const char *title, const GPtrArray *items)
{
    if (!items || items->len == 0) return;
    smbt_markup_printf(out, "<h3>%s</h3>\n<ul>\n", title);
    for (guint i = 0; i < items->len; i++)
        smbt_markup_printf(out, "<li>%s</li>\n", (const char *)items->pdata[i]);
    g_string_append(out, "</ul>\n");
}

static void add_ruled_out(GString *out, const GArray *ruled_out)
{
    if (!ruled_out || ruled_out->len == 0) return;
    g_string_append(out, "<h3>Ruled out</h3>\n<ul>\n");
    for (guint i = 0; i < ruled_out->len; i++) {
        const smbt_ruled_out *r = &g_array_index(ruled_out, smbt_ruled_out, i);
        smbt_markup_printf(out, "<li>%s: %s</li>\n", r->cause, r->why);
    }
    g_string_append(out, "</ul>\n");
}

static void begin_finding(GString *out, const char *file, enum smbt_severity severity, const char *finding,
                          const char *title, const char *pair, uint64_t frame, bool unfolded)
{
    g_autofree char *anchor = smbt_html_anchor(file, pair, finding, frame);
    smbt_markup_printf(out, "<details class=\"finding %s\" id=\"%s\"%s>\n<summary>",
                       smbt_severity_name(severity), anchor,
                       unfolded && severity >= SMBT_SEVERITY_WARNING ? " open" : "");
    smbt_markup_printf(out, "<span class=\"mark\">%s %s</span><span class=\"mono\">%s</span></summary>\n",
                       smbt_html_marks[severity], title, pair);
}

static void add_end(GString *out, const char *file, const smbt_end *end, bool in_file, bool unfolded)
{
    const smbt_connection_info *c = &end->connection;
    g_autofree char *title = smbt_phrase_cause(end);
    g_autofree char *pair = smbt_phrase_connection(c);
    begin_finding(out, file, end->severity, end->cause, title, pair, end->frame, unfolded);
    smbt_markup_printf(out, "<p>%s</p>\n", end->summary);
    smbt_html_timeline(out, end);
    g_string_append(out, "<dl>\n");
    if (in_file) add_fact(out, "file", g_strdup(file));
    add_fact(out, "ended", smbt_phrase_end(end));
    add_fact(out, "set off by", smbt_phrase_culprit(end));
    add_views(out, end);
    add_fact(out, "in flight", smbt_phrase_in_flight(end));
    add_fact(out, "back", smbt_phrase_reconnect(end));
    add_fact(out, "dialect", g_strdup(c->dialect));
    add_fact(out, "user", g_strdup(c->user));
    add_fact(out, "workstation", g_strdup(c->workstation));
    g_string_append(out, "</dl>\n");
    add_evidence(out, end->evidence);
    add_list(out, "What to do", end->remedies);
    add_ruled_out(out, end->ruled_out);
    add_list(out, "Missing", end->missing);
    add_list(out, "References", end->references);
    g_string_append(out, "</details>\n");
}

static void add_observation(GString *out, const char *file, const smbt_observation *o, bool in_file,
                            bool unfolded)
{
    g_autofree char *pair = o->has_connection ? smbt_phrase_pair(&o->client, &o->server) : NULL;
    begin_finding(out, file, o->severity, o->kind, o->kind, pair, o->frame, unfolded);
    smbt_markup_printf(out, "<p>%s</p>\n<dl>\n", o->summary);
    if (in_file) add_fact(out, "file", g_strdup(file));
    add_fact(out, "seen", smbt_phrase_observed(o));
    g_string_append(out, "</dl>\n");
    add_evidence(out, o->evidence);
    g_string_append(out, "</details>\n");
}

static void add_pattern(GString *out, const smbt_pattern *p)
{
    smbt_markup_printf(out, "<details class=\"finding %s\" open>\n<summary>",
                       smbt_severity_name(p->severity));
    smbt_markup_printf(out, "<span class=\"mark\">%s %s</span></summary>\n<p>%s</p>\n<dl>\n",
                       smbt_html_marks[p->severity], p->kind, p->summary);
    add_fact(out, "seen", smbt_phrase_pattern_span(p));
    add_fact(out, "hosts", smbt_phrase_pattern_hosts(p));
    g_string_append(out, "</dl>\n</details>\n");
}

static void add_what_if(GString *out, const smbt_record *record)
{
    g_autoptr(GString) text = g_string_new(NULL);
    smbt_text_record(text, &(smbt_text_style){0}, record);
    g_string_append(out, "<h3>What if</h3>\n<pre>");
    smbt_markup_append_lines(out, text->str);
    g_string_append(out, "</pre>\n");
}

void smbt_html_record(GString *out, const char *file, const smbt_record *record, bool unfolded)
{
    const smbt_naming naming = {record->places, smbt_record_frame(record)};
    gsize from = out->len;
    switch (record->type) {
    case SMBT_RECORD_END: add_end(out, file, record->end, record->places, unfolded); break;
    case SMBT_RECORD_OBSERVATION:
        add_observation(out, file, record->observation, record->places, unfolded);
        break;
    case SMBT_RECORD_PATTERN: add_pattern(out, record->pattern); break;
    case SMBT_RECORD_WHAT_IF: add_what_if(out, record); break;
    case SMBT_RECORD_SIGHTING: break;
    case SMBT_RECORD_SERVER:
    case SMBT_RECORD_CLIENT: {
        g_autofree char *line = smbt_phrase_peer(record);
        smbt_markup_printf(out, "<p class=\"dim\">%s</p>\n", line);
        break;
    }
    }
    smbt_naming_apply(&naming, out, from, smbt_markup_append);
}

/* ---- Captures */

static void add_problem(GString *out, const char *text)
{
    smbt_markup_printf(out, "<p class=\"problem\">%s</p>\n", text);
}

void smbt_html_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info,
                       const smbt_tally *tally)
{
    gsize from = out->len;
    smbt_markup_printf(out, "<h2>%s</h2>\n", input->file ? input->file : "-");
    if (!input->complete)
        add_problem(
            out,
            "Incomplete: the input could not be read whole. What follows holds for the part that was read.");
    for (guint i = 0; input->problems && i < input->problems->len; i++)
        add_problem(out, input->problems->pdata[i]);
    g_string_append(out, "<dl>\n");
    add_fact(out, "capture", smbt_phrase_numbers(info));
    add_fact(out, "taken", smbt_phrase_circumstances(info));
    add_fact(out, info->begun_before ? "not whole" : "still open", smbt_phrase_beyond(info));
    add_companions(out, info);
    add_fact(out, "SHA-256", g_strdup(input->sha256));
    if (tally->by_chance) add_fact(out, "coincidence", smbt_phrase_coincidence(info));
    g_auto(GStrv) notes = smbt_phrase_capture_notes(input, info);
    for (char **note = notes; *note; note++)
        add_fact(out, "note", g_strdup(*note));
    g_string_append(out, "</dl>\n");
    smbt_naming_apply(&(smbt_naming){.places = info->places}, out, from, smbt_markup_append);
}

void smbt_html_problem(GString *out, const char *file, const char *problem)
{
    smbt_markup_printf(out, "<h2>%s</h2>\n", file);
    add_problem(out, problem);
}
