/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "notes.h"

#include "spool.h"

#include <errno.h>
#include <string.h>

struct place {
    uint64_t frame;
    uint64_t at; /* in the spool; rises, so that comments of a frame stay in the order of their records */
};

struct notes {
    struct spool spool; /* the comments, each ended by NUL */
    GArray *places;     /* of struct place */
    guint next;
    uint64_t frames;
    bool failed;
};

struct notes *notes_new(void)
{
    struct notes *notes = g_new0(struct notes, 1);
    notes->places = g_array_new(FALSE, FALSE, sizeof(struct place));
    return notes;
}

void notes_free(struct notes *notes)
{
    if (!notes) return;
    spool_clear(&notes->spool);
    g_array_unref(notes->places);
    g_free(notes);
}

static void add(uint64_t frame, const char *comment, void *user)
{
    struct notes *notes = user;
    struct place place = {.frame = frame, .at = spool_size(&notes->spool)};
    if (!spool_append(&notes->spool, comment, strlen(comment) + 1)) notes->failed = true;
    if (!notes->failed) g_array_append_val(notes->places, place);
}

void notes_add_record(struct notes *notes, const smbt_record *record)
{
    smbt_comment_record(record, add, notes);
}

static gint compare_places(gconstpointer a, gconstpointer b)
{
    const struct place *x = a, *y = b;
    if (x->frame != y->frame) return x->frame < y->frame ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

bool notes_settle(struct notes *notes)
{
    g_array_sort(notes->places, compare_places);
    notes->frames = 0;
    for (guint i = 0; i < notes->places->len; i++)
        if (i == 0 || g_array_index(notes->places, struct place, i).frame !=
                          g_array_index(notes->places, struct place, i - 1).frame)
            notes->frames++;
    notes_rewind(notes);
    errno = notes->spool.error;
    return !notes->failed;
}

static char *text_at(struct notes *notes, uint64_t at)
{
    char buf[SMBT_COMMENT_MAX + 1];
    size_t n = spool_read_at(&notes->spool, at, buf, sizeof buf);
    return g_strndup(buf, n);
}

GPtrArray *notes_take(struct notes *notes, uint64_t frame)
{
    GPtrArray *taken = NULL;
    guint more = 0;
    for (; notes->next < notes->places->len; notes->next++) {
        const struct place *place = &g_array_index(notes->places, struct place, notes->next);
        if (place->frame > frame) break;
        if (place->frame < frame) continue;
        if (!taken) taken = g_ptr_array_new_with_free_func(g_free);
        if (taken->len < NOTES_PER_FRAME)
            g_ptr_array_add(taken, text_at(notes, place->at));
        else
            more++;
    }
    if (more)
        g_ptr_array_add(taken, g_strdup_printf("smbtrace/1 role=more count=%u: %u more findings name this "
                                               "packet; smbtrace-check lists them",
                                               more, more));
    return taken;
}

void notes_rewind(struct notes *notes)
{
    notes->next = 0;
}

uint64_t notes_frames(const struct notes *notes)
{
    return notes->frames;
}

uint64_t notes_last_frame(const struct notes *notes)
{
    guint n = notes->places->len;
    return n ? g_array_index(notes->places, struct place, n - 1).frame : 0;
}
