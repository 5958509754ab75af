/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/line.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The next token, its quotes taken off; NULL at the end of the line or at a comment. */
static char *next_token(const char **at)
{
    while (g_ascii_isspace(**at))
        (*at)++;
    if (**at == '\0' || **at == '#') return NULL;
    GString *token = g_string_new(NULL);
    bool quoted = false;
    for (; **at && (quoted || !g_ascii_isspace(**at)); (*at)++) {
        if (**at == '"')
            quoted = !quoted;
        else
            g_string_append_c(token, **at);
    }
    return g_string_free(token, FALSE);
}

static bool is_key(const char *token, gsize len)
{
    if (len == 0 || !g_ascii_isalpha(token[0])) return false;
    for (gsize i = 0; i < len; i++)
        if (!g_ascii_isalnum(token[i]) && !strchr("_-.", token[i])) return false;
    return true;
}

static void add_word(scn_line *line, char *token)
{
    gsize len = strlen(token);
    if (token[0] == '[' && token[len - 1] == ']') {
        g_free(line->label);
        line->label = g_strndup(token + 1, len - 2);
        g_free(token);
        return;
    }
    scn_word word = {0};
    const char *equals = strchr(token, '=');
    if (equals && is_key(token, (gsize)(equals - token))) {
        word.key = g_strndup(token, (gsize)(equals - token));
        word.value = g_strdup(equals + 1);
        g_free(token);
    } else {
        word.value = token;
    }
    g_array_append_val(line->words, word);
}

static void word_clear(gpointer p)
{
    g_free(((scn_word *)p)->key);
    g_free(((scn_word *)p)->value);
}

scn_line *scn_line_parse(const char *text, unsigned number)
{
    scn_line *line = g_new0(scn_line, 1);
    line->number = number;
    line->words = g_array_new(FALSE, FALSE, sizeof(scn_word));
    g_array_set_clear_func(line->words, word_clear);
    for (char *token; (token = next_token(&text));)
        add_word(line, token);
    if (line->words->len == 0) {
        scn_line_free(line);
        return NULL;
    }
    return line;
}

void scn_line_free(scn_line *line)
{
    if (!line) return;
    g_free(line->label);
    g_array_unref(line->words);
    g_clear_error(&line->error);
    g_free(line);
}

bool scn_line_fail(scn_line *line, const char *format, ...)
{
    if (line->error) return false;
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(&line->error, SCN_ERROR, 0, "line %u: %s", line->number, what);
    return false;
}

/* The bare word `text`, or with NULL the first that was not used. */
static scn_word *find_bare(const scn_line *line, const char *text)
{
    for (guint i = 0; i < line->words->len; i++) {
        scn_word *w = &g_array_index(line->words, scn_word, i);
        if (w->key) continue;
        if (text ? strcmp(w->value, text) == 0 : !w->used) return w;
    }
    return NULL;
}

const char *scn_line_peek(const scn_line *line)
{
    const scn_word *w = find_bare(line, NULL);
    return w ? w->value : NULL;
}

const char *scn_line_take(scn_line *line)
{
    scn_word *w = find_bare(line, NULL);
    if (!w) return NULL;
    w->used = true;
    return w->value;
}

bool scn_line_has(scn_line *line, const char *word)
{
    scn_word *w = find_bare(line, word);
    if (w) w->used = true;
    return w != NULL;
}

const char *scn_line_get(scn_line *line, const char *key, const char *otherwise)
{
    for (guint i = 0; i < line->words->len; i++) {
        scn_word *w = &g_array_index(line->words, scn_word, i);
        if (!w->key || strcmp(w->key, key) != 0) continue;
        w->used = true;
        return w->value;
    }
    return otherwise;
}

gint64 scn_line_number(scn_line *line, const char *key, gint64 otherwise)
{
    const char *text = scn_line_get(line, key, NULL);
    if (!text) return otherwise;
    char *end;
    gint64 value = g_ascii_strtoll(text, &end, 0);
    if (end == text || *end) {
        scn_line_fail(line, "%s=%s is no number", key, text);
        return otherwise;
    }
    return value;
}

bool scn_line_bool(scn_line *line, const char *key, bool otherwise)
{
    const char *text = scn_line_get(line, key, NULL);
    if (!text) return otherwise;
    if (strcmp(text, "yes") == 0) return true;
    if (strcmp(text, "no") != 0) scn_line_fail(line, "%s=%s is neither yes nor no", key, text);
    return false;
}

gint64 scn_line_duration(scn_line *line, const char *key, gint64 otherwise)
{
    const char *text = scn_line_get(line, key, NULL);
    gint64 ns = otherwise;
    if (text && !scn_duration_parse(text, &ns)) scn_line_fail(line, "%s=%s is no duration", key, text);
    return ns;
}

bool scn_duration_parse(const char *text, gint64 *ret_ns)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"h", 3600e9}};
    char *end;
    double value = g_ascii_strtod(text, &end);
    if (end == text) return false;
    if (*end == '\0' && value == 0) {
        *ret_ns = 0;
        return true;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strcmp(end, units[i].name) != 0) continue;
        *ret_ns = (gint64)llround(value * units[i].ns);
        return true;
    }
    return false;
}

bool scn_line_done(scn_line *line)
{
    for (guint i = 0; i < line->words->len && !line->error; i++) {
        const scn_word *w = &g_array_index(line->words, scn_word, i);
        if (w->used) continue;
        scn_line_fail(line, "what is \"%s%s%s\"?", w->key ? w->key : "", w->key ? "=" : "", w->value);
    }
    return line->error == NULL;
}
