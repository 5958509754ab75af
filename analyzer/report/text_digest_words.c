/* What a digest holds, in words: when, which frames, how sure, of whom most, how many when.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text_digest.h"

#include "report/text.h"
#include "report/timestamp.h"

#include "base/time.h"

#include <string.h>

/* So many servers, hosts are named. */
#define NAMES_SHOWN 6

/* "12:37:16"; "2026-11-20 12:37:16" */
static void add_when(GString *para, smbt_time time, bool dated)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    if (dated) {
        smbt_para_add(para, smbt_timestamp_date(buf, time));
        smbt_para_blanks(para, 1);
    }
    smbt_timestamp_clock(buf, time);
    buf[strlen("12:37:16")] = '\0';
    smbt_para_add(para, buf);
}

void smbt_text_span(GString *para, smbt_time first, smbt_time last, bool dated)
{
    if (first == SMBT_TIME_NONE) return;
    bool has_days = last / SMBT_DAY != first / SMBT_DAY;
    add_when(para, first, dated || has_days);
    if (last - first < SMBT_SEC) return;
    smbt_para_add(para, " to ");
    add_when(para, last, has_days);
}

void smbt_text_first_frames(GString *para, const uint64_t frames[SMBT_DIGEST_FRAMES], uint64_t count)
{
    if (!frames[0]) return;
    bool placed = frames[0] >= SMBT_FRAME_PLACED; /* each lies in a file that is named with it */
    if (!placed) smbt_para_add(para, count == 1 ? "frame" : "frames");
    if (!placed) smbt_para_blanks(para, 1);
    uint64_t shown = count <= SMBT_DIGEST_FRAMES ? SMBT_DIGEST_FRAMES : SMBT_DIGEST_FRAMES - 1;
    for (uint64_t i = 0; i < shown && frames[i]; i++) {
        if (i > 0) smbt_para_add(para, ", ");
        if (placed)
            smbt_text_frame(para, frames[i]);
        else
            smbt_para_printf(para, "%" G_GUINT64_FORMAT, frames[i]);
    }
    if (count <= shown) return;
    smbt_para_add(para, " ");
    g_autofree char *more = g_strdup_printf("and %" G_GUINT64_FORMAT " more", count - shown);
    smbt_para_add_together(para, more);
}

void smbt_text_strengths(GString *para, const uint64_t strengths[SMBT_STRENGTH_MAX], uint64_t count)
{
    bool first = true;
    for (int i = SMBT_STRENGTH_MAX - 1; i > SMBT_STRENGTH_NONE; i--) {
        if (!strengths[i]) continue;
        if (!first) smbt_para_add(para, ", ");
        if (strengths[i] != count) smbt_para_printf(para, "%" G_GUINT64_FORMAT " ", strengths[i]);
        smbt_para_add(para, smbt_strength_name((enum smbt_strength)i));
        first = false;
    }
}

static void add_in_brackets(GString *para, uint64_t n)
{
    smbt_para_blanks(para, 1);
    smbt_para_add(para, "(");
    smbt_para_count(para, n);
    smbt_para_add(para, ")");
}

void smbt_text_most(GString *para, const smbt_digest_counts *counts)
{
    g_autoptr(GPtrArray) rows = smbt_digest_most(counts);
    if (rows->len < 2) return;
    uint64_t rest = 0;
    unsigned shown = rows->len <= NAMES_SHOWN + 1 ? rows->len : NAMES_SHOWN;
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_count *c = rows->pdata[i];
        if (i >= shown) {
            rest += c->count;
            continue;
        }
        if (i > 0) smbt_para_add(para, ", ");
        smbt_para_add(para, c->name);
        if (!c->host && smbt_digest_is_named(counts, c->name)) smbt_para_add(para, " without a name");
        add_in_brackets(para, c->count);
    }
    if (shown < rows->len) {
        smbt_para_printf(para, " and %u more", rows->len - shown);
        add_in_brackets(para, rest);
    }
}

static void add_bucket_name(GString *para, smbt_time start, bool dated, enum smbt_digest_unit unit)
{
    static const char *const patterns[SMBT_UNIT_MAX] = {[SMBT_UNIT_DAY] = "2022-06-06",
                                                        [SMBT_UNIT_MONTH] = "2022-06",
                                                        [SMBT_UNIT_YEAR] = "2022",
                                                        [SMBT_UNIT_DECADE] = "2020"};
    char buf[SMBT_TIMESTAMP_SIZE];
    if (unit == SMBT_UNIT_CENTURY) {
        smbt_timestamp_date(buf, start);
        smbt_para_printf(para, "%.2s00-%.2s99", buf, buf);
        return;
    }
    if (dated || unit >= SMBT_UNIT_DAY) {
        smbt_timestamp_date(buf, start);
        if (patterns[unit]) buf[strlen(patterns[unit])] = '\0';
        smbt_para_add(para, buf);
        if (unit == SMBT_UNIT_DECADE) smbt_para_add(para, "s");
    }
    if (unit >= SMBT_UNIT_DAY) return;
    if (dated) smbt_para_blanks(para, 1);
    smbt_timestamp_clock(buf, start);
    buf[strlen(unit < SMBT_UNIT_1_MIN ? "12:37:16" : "12:37")] = '\0';
    smbt_para_add(para, buf);
}

/* Other names tell by themselves what they span. */
static const char *const units[SMBT_UNIT_MAX] = {
    [SMBT_UNIT_1_S] = "second",    [SMBT_UNIT_10_S] = "10 s", [SMBT_UNIT_1_MIN] = "minute",
    [SMBT_UNIT_10_MIN] = "10 min", [SMBT_UNIT_1_H] = "hour",  [SMBT_UNIT_6_H] = "6 h"};

void smbt_text_times(GString *para, const smbt_digest *d)
{
    if (d->buckets->len < 2) return;
    if (units[d->unit]) smbt_para_printf(para, "per %s: ", units[d->unit]);
    bool dated = smbt_digest_has_days(d);
    for (guint i = 0; i < d->buckets->len; i++) {
        const smbt_digest_bucket *b = &g_array_index(d->buckets, smbt_digest_bucket, i);
        if (i > 0) smbt_para_add(para, ", ");
        add_bucket_name(para, b->start, dated, d->unit);
        add_in_brackets(para, b->count);
        dated = i + 1 < d->buckets->len && b[1].start / SMBT_DAY != b->start / SMBT_DAY;
    }
}
