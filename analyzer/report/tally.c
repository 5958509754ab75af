/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/place.h"
#include "verdict/pattern.h"
#include "verdict/topic.h"

/* What thousands of captures may bring together. */
#define PATTERNS_MAX 256

static void add_severity(smbt_tally *tally, enum smbt_severity severity)
{
    tally->worst = MAX(tally->worst, (int)severity + 1);
}

static void add_end(smbt_tally *tally, const smbt_end *end)
{
    add_severity(tally, end->severity);
    if (end->revises) return; /* the same end again: counted when it was first told */
    tally->ends++;
    tally->by_chance += end->may_be_chance;
    tally->by_severity[end->severity]++;
    enum smbt_cause cause = smbt_cause_find(end->cause);
    if (cause != SMBT_CAUSE_MAX) tally->by_cause[cause]++;
}

static void pattern_free(gpointer pattern)
{
    /* The pattern is its first member. */
    smbt_kept_pattern_free(pattern);
}

void smbt_tally_add_pattern(smbt_tally *tally, const char *file, const smbt_record *record)
{
    if (!tally->patterns) tally->patterns = g_ptr_array_new_with_free_func(pattern_free);
    if (tally->patterns->len >= PATTERNS_MAX) {
        tally->patterns_more++;
        return;
    }
    smbt_pattern p = *record->pattern;
    smbt_place first = smbt_place_of(record->places, p.first_frame),
               last = smbt_place_of(record->places, p.last_frame);
    p.first_frame = first.frame;
    p.last_frame = last.frame;
    if (g_strcmp0(first.file, last.file) != 0) p.last_file = last.file;
    g_ptr_array_add(tally->patterns, smbt_kept_pattern_copy(&p, file));
}

void smbt_tally_add(smbt_tally *tally, const smbt_record *record)
{
    if (record->type == SMBT_RECORD_END) {
        add_end(tally, record->end);
    } else if (record->type == SMBT_RECORD_OBSERVATION) {
        tally->observations++;
        tally->by_severity[record->observation->severity]++;
        add_severity(tally, record->observation->severity);
    }
}

void smbt_tally_merge(smbt_tally *tally, const smbt_tally *other)
{
    tally->ends += other->ends;
    tally->by_chance += other->by_chance;
    tally->observations += other->observations;
    tally->worst = MAX(tally->worst, other->worst);
    for (gsize i = 0; i < G_N_ELEMENTS(tally->by_cause); i++)
        tally->by_cause[i] += other->by_cause[i];
    for (gsize i = 0; i < G_N_ELEMENTS(tally->by_severity); i++)
        tally->by_severity[i] += other->by_severity[i];
    for (guint i = 0; other->patterns && i < other->patterns->len; i++)
        smbt_tally_add_pattern(
            tally, NULL, &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = other->patterns->pdata[i]});
    tally->patterns_more += other->patterns_more;
}

void smbt_tally_clear(smbt_tally *tally)
{
    if (tally->patterns) g_ptr_array_unref(tally->patterns);
    *tally = (smbt_tally){0};
}
