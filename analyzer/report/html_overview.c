/* The top of the HTML report: what happened, in a sentence, and what to do about it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/html.h"
#include "report/markup.h"
#include "report/phrase.h"
#include "report/story.h"
#include "smbt_style_data.h"

static void add_remedies(GString *out, const smbt_digest_row *r, const char *topic)
{
    if (topic) smbt_markup_printf(out, "<h3>%s</h3>\n", topic);
    g_string_append(out, "<ul>\n");
    for (guint i = 0; i < r->remedies->len; i++)
        smbt_markup_printf(out, "<li>%s</li>\n", (const char *)r->remedies->pdata[i]);
    g_string_append(out, "</ul>\n");
}

static void add_what_to_do(GString *out, const smbt_digest *digest)
{
    g_autoptr(GPtrArray) rows = smbt_story_remedies(digest);
    if (rows->len == 0) return;
    g_string_append(out, "<div class=\"todo\">\n<h2>What to do</h2>\n");
    for (guint i = 0; i < rows->len; i++) {
        g_autofree char *topic = rows->len > 1 ? smbt_story_remedies_topic(digest, rows->pdata[i]) : NULL;
        add_remedies(out, rows->pdata[i], topic);
    }
    g_string_append(out, "</div>\n");
}

static void add_unwhole(GString *out, const smbt_overview *o)
{
    if (o->not_read)
        g_string_append_printf(out, "<p class=\"problem\">Interrupted: %u of %u inputs were not read.</p>\n",
                               o->not_read, o->inputs);
    if (!o->unwhole) return;
    g_autofree char *inputs = smbt_phrase_count(o->unwhole, "input", "inputs");
    smbt_markup_printf(out,
                       "<p class=\"problem\">%s could not be read whole: what follows holds for what was "
                       "read.</p>\n",
                       inputs);
}

void smbt_html_begin(GString *out, const smbt_overview *o)
{
    g_autofree char *headline = smbt_phrase_report_headline(o->digest, o->captures);
    g_autofree char *rest = smbt_phrase_rest(o->digest);
    g_autofree char *worst = smbt_phrase_worst(o->tally);
    g_autofree char *count = smbt_phrase_count(o->captures, "capture", "captures");
    worst[0] = g_ascii_toupper(worst[0]);
    g_string_append(out,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                    "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
    smbt_markup_printf(out, "<title>smbtrace: %s</title>\n", headline);
    g_string_append_printf(out, "<style>\n%s</style>\n</head>\n<body>\n<main>\n", smbt_style_data[0].text);
    smbt_markup_printf(out, "<h1>%s</h1>\n", headline);
    if (rest) smbt_markup_printf(out, "<p class=\"lead\">%s</p>\n", rest);
    smbt_markup_printf(out, "<p class=\"dim\">%s in %s.</p>\n", worst, count);
    add_unwhole(out, o);
    add_what_to_do(out, o->digest);
}
