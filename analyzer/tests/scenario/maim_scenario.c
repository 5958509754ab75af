/* What a capture that is not quite right makes of a verdict: one frame lost, captured twice, out of order, or
 * the capture begun late or broken off.
 *
 *   maim_scenario SCENARIO.scn...
 *
 * Every such variant is judged. Whatever it lacks, no end may be `confirmed` to have another cause than those
 * that the whole capture gives its connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/findings.h"

#include <stdio.h>
#include <string.h>

enum injury { LOST, TWICE, SWAPPED, BEGUN_LATE, BROKEN_OFF, INJURIES };
static const char *const injury_names[] = {"without frame", "captured twice: frame",
                                           "changed places with the next: frame", "begins behind frame",
                                           "breaks off before frame"};

/* Frames further apart don't change places. */
#define CHANGE_PLACES ((smbt_time)10000000)
/* Between the two copies of a frame that is captured twice. */
#define COPY_LATER ((smbt_time)20000)

typedef struct tally {
    unsigned variants, ends, other_likely, other_possible, other_confirmed;
} tally;

/* Takes the frames of the capture in another way. The scenario keeps its own. */
static GPtrArray *maim(const GPtrArray *capture, enum injury injury, guint at)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < capture->len; i++) {
        if (injury == LOST && i == at) continue;
        if (injury == BEGUN_LATE && i <= at) continue;
        if (injury == BROKEN_OFF && i >= at) break;
        guint from = i;
        if (injury == SWAPPED && i == at) from = at + 1;
        if (injury == SWAPPED && i == at + 1) from = at;
        scn_frame *f = g_memdup2(capture->pdata[from], sizeof *f);
        f->time = ((const scn_frame *)capture->pdata[i])->time;
        g_ptr_array_add(out, f);
        if (injury != TWICE || i != at) continue;
        f = g_memdup2(f, sizeof *f);
        f->time += COPY_LATER;
        g_ptr_array_add(out, f);
    }
    for (guint i = 0; i < out->len; i++)
        ((scn_frame *)out->pdata[i])->number = i + 1;
    return out;
}

static bool same_end(const smbt_endpoint *a, const smbt_endpoint *b)
{
    return a->port == b->port && memcmp(&a->addr, &b->addr, sizeof a->addr) == 0;
}

static bool is_known(const scn_findings *whole, const scn_finding *end)
{
    for (guint i = 0; i < whole->rows->len; i++) {
        const scn_finding *w = &g_array_index(whole->rows, scn_finding, i);
        if (w->is_end && w->what == end->what && same_end(&w->connection.client, &end->connection.client) &&
            same_end(&w->connection.server, &end->connection.server))
            return true;
    }
    return false;
}

static void compare(const scn_scenario *s, const scn_findings *whole, const scn_findings *found,
                    const char *path, enum injury injury, guint at, tally *t)
{
    for (guint i = 0; i < found->rows->len; i++) {
        const scn_finding *end = &g_array_index(found->rows, scn_finding, i);
        if (!end->is_end) continue;
        t->ends++;
        if (strcmp(end->what, "unknown") == 0 || is_known(whole, end)) continue;
        bool confirmed = g_strcmp0(end->strength, "confirmed") == 0;
        bool likely = g_strcmp0(end->strength, "likely") == 0;
        t->other_confirmed += confirmed;
        t->other_likely += likely;
        t->other_possible += !confirmed && !likely;
        if (!confirmed && !(likely && g_getenv("MAIM_LIKELY"))) continue;
        g_autoptr(GString) line = g_string_new(NULL);
        scn_finding_say(line, s, end);
        printf("# %s, %s %u:\n#   %s\n", path, injury_names[injury], at + 1, line->str);
    }
}

static bool is_end(const scn_findings *whole, uint64_t frame)
{
    for (guint i = 0; i < whole->rows->len; i++) {
        const scn_finding *f = &g_array_index(whole->rows, scn_finding, i);
        if (f->is_end && f->frame == frame) return true;
    }
    return false;
}

/* Without the segment that ended a connection, or with what it answered behind it, another end is the first.
 */
static bool applies(const GPtrArray *capture, const scn_findings *whole, enum injury injury, guint at)
{
    if (injury == LOST) return !is_end(whole, at + 1);
    if (injury != SWAPPED) return true;
    if (at + 1 == capture->len || is_end(whole, at + 1) || is_end(whole, at + 2)) return false;
    const scn_frame *a = capture->pdata[at], *b = capture->pdata[at + 1];
    return b->time - a->time <= CHANGE_PLACES;
}

static void judge_all(scn_scenario *s, const smbt_config *config, const char *path, tally *t)
{
    GPtrArray *capture = s->capture;
    scn_findings *whole = scn_findings_with(s, config);
    for (guint at = 0; at < capture->len; at++)
        for (int injury = 0; injury < INJURIES; injury++) {
            if (!applies(capture, whole, (enum injury)injury, at)) continue;
            s->capture = maim(capture, (enum injury)injury, at);
            scn_findings *found = scn_findings_with(s, config);
            t->variants++;
            compare(s, whole, found, path, (enum injury)injury, at, t);
            scn_findings_free(found);
            g_ptr_array_unref(s->capture);
        }
    s->capture = capture;
    scn_findings_free(whole);
}

static bool check_scenario(const char *path, tally *t, GError **error)
{
    scn_scenario *s = scn_read(path, error);
    if (!s) return false;
    smbt_config *config = scn_config(s, error);
    if (config) judge_all(s, config, path, t);
    bool ok = config != NULL;
    if (config) smbt_config_free(config);
    scn_free(s);
    return ok;
}

int main(int argc, char **argv)
{
    tally t = {0};
    for (int i = 1; i < argc; i++) {
        g_autoptr(GError) error = NULL;
        if (check_scenario(argv[i], &t, &error)) continue;
        fprintf(stderr, "%s: %s\n", argv[i], error->message);
        return 1;
    }
    printf("%u variants of %d scenarios, %u ends in them; of another cause: %u confirmed, %u likely, %u "
           "possible\n",
           t.variants, argc - 1, t.ends, t.other_confirmed, t.other_likely, t.other_possible);
    return t.variants == 0 || t.other_confirmed > 0;
}
