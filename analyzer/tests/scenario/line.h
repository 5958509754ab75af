/* One line of a scenario as words: `key=value` pairs, bare words, and a label in brackets. What a step does
 * not ask for is an error of the scenario, so that a misspelt word can't pass unnoticed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_SCENARIO_LINE_H
#define SMBT_TESTS_SCENARIO_LINE_H

#include <glib.h>
#include <stdbool.h>

#define SCN_ERROR (g_quark_from_static_string("scenario"))

typedef struct scn_word {
    char *key;   /* NULL: a bare word */
    char *value; /* without its quotes */
    bool used;
} scn_word;

typedef struct scn_line {
    unsigned number;
    char *label;   /* "kill" of `[kill]`, or NULL */
    GArray *words; /* of scn_word */
    GError *error; /* the first thing found wrong with it */
} scn_line;

/* NULL for an empty line and a comment. */
scn_line *scn_line_parse(const char *text, unsigned number);
void scn_line_free(scn_line *line);

/* Records what is wrong with the line; only the first is kept. Returns false. */
bool scn_line_fail(scn_line *line, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The next bare word that was not used, in order, or NULL. */
const char *scn_line_take(scn_line *line);
/* Looks at it without using it. */
const char *scn_line_peek(const scn_line *line);
/* Whether the bare word is there. */
bool scn_line_has(scn_line *line, const char *word);
/* The value of key=value, or `otherwise`. */
const char *scn_line_get(scn_line *line, const char *key, const char *otherwise);
/* Numbers as C writes them; a wrong one is recorded and gives `otherwise`. */
gint64 scn_line_number(scn_line *line, const char *key, gint64 otherwise);
bool scn_line_bool(scn_line *line, const char *key, bool otherwise); /* yes, no */
gint64 scn_line_duration(scn_line *line, const char *key, gint64 otherwise);

/* "1.5s", "300us", "0" to nanoseconds, with a sign or without. */
bool scn_duration_parse(const char *text, gint64 *ret_ns);

/* False, with the error recorded, when a word of the line was not used. */
bool scn_line_done(scn_line *line);

#endif
