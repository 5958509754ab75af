/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sequence.h"

#include "member_heap.h"
#include "refusal.h"
#include "repeats.h"
#include "ring_name.h"
#include "runs.h"

#include <string.h>
#include <sys/resource.h>

#define SEC UINT64_C(1000000000)

/* So many files are open at a time, if the system allows: a file for each connection is not unusual. */
#define OPEN_MOST  2048
#define OPEN_LEAST 16
/* What each needs, and what is open beside them. */
#define DESCRIPTORS_EACH  2
#define DESCRIPTORS_OTHER 64
/* Formats keep microseconds or nanoseconds: times of one packet are this close. */
#define SAME_TIME UINT64_C(1000)

struct sequence {
    GPtrArray *members; /* of struct member, in order */
    unsigned count;     /* of them that have frames */
    unsigned next;      /* the first one that was not opened yet */
    member_heap *reading;
    unsigned open_max; /* of them */
    bool is_beyond;    /* there would have been more */
    struct runs *runs; /* frames in a row that come from one file: from numbers in all to those in the file */
    uint64_t last;     /* global number of the last frame handed out */
    bool as_records;
    smbt_places places;
    struct repeats *repeats;
    smbt_time compared_until; /* a file that ended had frames up to here */

    smbt_time first_time, last_time; /* of all that was handed out */
    uint64_t frames;
    uint64_t steps;        /* from one frame to the next of the same file */
    smbt_duration longest; /* of them so far */
};

/* ---- Members
 * ---------------------------------------------------------------------------------------------------- */

static void close_input(struct member *m)
{
    if (!m->input) return;
    input_close(m->input);
    g_clear_pointer(&m->input, g_free);
}

static void member_free(gpointer data)
{
    struct member *m = data;
    close_input(m);
    g_free(m->name);
    g_free(m->label);
    g_free(m->problem);
    g_free(m);
}

static void refuse(struct member *m)
{
    m->state = MEMBER_REFUSED;
    m->is_missed = refusal_is_missed(m->entry, m->input);
    m->problem = g_strdup(m->input->problem);
    close_input(m);
}

/* Opens it and reads its first frame; false: it has none. */
static bool start(const struct sequence *s, struct member *m)
{
    m->input = g_new0(struct input, 1);
    enum input_result result = input_open(m->input, m->entry->path);
    m->input->is_found = !refusal_promises_capture(m->entry);
    bool is_unknown = result == INPUT_WHOLE && m->input->is_found && m->input->kind == INPUT_UNKNOWN;
    m->input->as_records = s->as_records;
    if (result == INPUT_WHOLE && !is_unknown && s->as_records) result = input_settle(m->input);
    if (result == INPUT_WHOLE && !is_unknown) result = input_begin(m->input);
    if (is_unknown || result == INPUT_NOT_A_CAPTURE) {
        refuse(m);
        return false;
    }
    if (result == INPUT_WHOLE && input_next(m->input, &m->frame)) return true;
    m->result = m->input->result == INPUT_WHOLE ? result : m->input->result;
    return false;
}

/* Whether it has frames; what can't be opened twice stays open. */
static void look_into(const struct sequence *s, struct member *m)
{
    m->first = m->last = SMBT_TIME_NONE;
    bool has_frames = start(s, m);
    if (m->state == MEMBER_REFUSED) return;
    if (has_frames) m->first = m->frame.time;
    bool is_kept = m->input->own_path != NULL;
    bool can_be_opened_again = m->input->is_regular && !is_kept && strcmp(m->entry->path, "-") != 0;
    if (can_be_opened_again && has_frames) close_input(m);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct member *x = *(struct member *const *)a, *y = *(struct member *const *)b;
    if (x->first != y->first) return x->first < y->first ? -1 : 1; /* NONE is the greatest */
    return (x->given > y->given) - (x->given < y->given);
}

static void label_members(const GPtrArray *members)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < members->len; i++) {
        char *base = g_path_get_basename(((struct member *)members->pdata[i])->name);
        gsize n = GPOINTER_TO_SIZE(g_hash_table_lookup(counts, base));
        g_hash_table_replace(counts, base, GSIZE_TO_POINTER(n + 1));
    }
    for (guint i = 0; i < members->len; i++) {
        struct member *m = members->pdata[i];
        g_autofree char *base = g_path_get_basename(m->name);
        gsize n = GPOINTER_TO_SIZE(g_hash_table_lookup(counts, base));
        m->label = g_strdup(n == 1 ? base : m->name);
    }
}

static struct member *member_of(const struct sequence *s, const struct run *run)
{
    return s->members->pdata[run->tag];
}

static smbt_place find_place(uint64_t frame, void *user)
{
    const struct sequence *s = user;
    uint64_t global = frame - SMBT_FRAME_PLACED;
    struct run run;
    if (frame < SMBT_FRAME_PLACED || global == 0 || global > s->last || !runs_find(s->runs, global, &run))
        return (smbt_place){.frame = frame};
    const struct member *m = member_of(s, &run);
    return (smbt_place){.file = m->name, .label = m->label, .frame = run.value + (global - run.key)};
}

/* As many as the system lets this program have open. */
static unsigned find_open_max(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return OPEN_LEAST;
    rlim_t wanted = OPEN_MOST * DESCRIPTORS_EACH + DESCRIPTORS_OTHER;
    if (limit.rlim_cur < wanted) {
        struct rlimit more = {.rlim_cur = MIN(wanted, limit.rlim_max), .rlim_max = limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &more) == 0) limit = more;
    }
    if (limit.rlim_cur >= wanted) return OPEN_MOST;
    rlim_t left = limit.rlim_cur > DESCRIPTORS_OTHER ? limit.rlim_cur - DESCRIPTORS_OTHER : 0;
    return MAX((unsigned)left / DESCRIPTORS_EACH, OPEN_LEAST);
}

struct sequence *sequence_new(const GPtrArray *entries, bool as_records)
{
    struct sequence *s = g_new0(struct sequence, 1);
    s->as_records = as_records;
    s->members = g_ptr_array_new_with_free_func(member_free);
    s->reading = g_ptr_array_new();
    s->open_max = find_open_max();
    s->runs = runs_new();
    s->repeats = repeats_new();
    s->places = (smbt_places){.find = find_place, .user = s};
    for (guint i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        if (entry->kind != ENTRY_FILE) continue;
        struct member *m = g_new0(struct member, 1);
        *m = (struct member){.entry = entry, .given = i, .pause = SMBT_DURATION_UNKNOWN};
        m->name = g_utf8_make_valid(entry->path, -1);
        look_into(s, m);
        g_ptr_array_add(s->members, m);
    }
    label_members(s->members);
    g_ptr_array_sort(s->members, by_time);
    for (guint i = 0; i < s->members->len; i++)
        ((struct member *)s->members->pdata[i])->index = i;
    while (s->count < s->members->len &&
           ((struct member *)s->members->pdata[s->count])->first != SMBT_TIME_NONE)
        s->count++;
    return s;
}

void sequence_free(struct sequence *s)
{
    g_ptr_array_unref(s->reading);
    g_ptr_array_unref(s->members);
    runs_free(s->runs);
    repeats_free(s->repeats);
    g_free(s);
}

unsigned sequence_count(const struct sequence *s)
{
    return s->members->len;
}

struct member *sequence_get(const struct sequence *s, unsigned index)
{
    return s->members->pdata[index];
}

const smbt_places *sequence_places(const struct sequence *s)
{
    return &s->places;
}

unsigned sequence_beyond(const struct sequence *s)
{
    return s->is_beyond ? s->open_max : 0;
}

int sequence_error(const struct sequence *s)
{
    return runs_error(s->runs);
}

/* ---- Holes
 * ------------------------------------------------------------------------------------------------------ */

/* Whether a pause between two files is longer than what was seen allows: much longer than any before, in
 * traffic that was watched for much longer than that; or an hour and more, where there was nothing like it.
 */
static bool is_too_long(const struct sequence *s, smbt_duration pause)
{
    smbt_duration watched = s->last_time - s->first_time;
    if (s->steps >= 1000 && pause >= SEC && pause > 50 * s->longest && watched >= 10 * pause) return true;
    return pause >= 3600 * SEC && pause > 20 * s->longest;
}

/* A file that could not be read stood between the two, as they were named. */
static bool is_one_missed(const struct sequence *s, const struct member *before, const struct member *after)
{
    unsigned between = 0;
    for (guint i = s->count; i < s->members->len; i++) {
        const struct member *m = s->members->pdata[i];
        if (m->state == MEMBER_REFUSED && m->is_missed && m->given > before->given && m->given < after->given)
            between++;
    }
    return between > 0;
}

/* By their numbers, files were made between the two that are not among those named. */
static unsigned count_absent(const struct sequence *s, const struct member *before,
                             const struct member *after)
{
    unsigned steps = ring_name_steps(before->entry->path, after->entry->path);
    unsigned absent = steps > 1 ? steps - 1 : 0;
    for (guint i = s->count; absent && i < s->members->len; i++) {
        const struct member *m = s->members->pdata[i]; /* without frames, or not to be read */
        unsigned at = ring_name_steps(before->entry->path, m->entry->path);
        if (at > 0 && at < steps) absent--;
    }
    return absent;
}

static const struct member *last_member(const struct sequence *s)
{
    const struct run *last = runs_last(s->runs);
    return last ? member_of(s, last) : NULL;
}

/* The first frame of a file, with no other under way. */
static void meet(struct sequence *s, struct member *m, const struct sequence_receiver *receiver)
{
    const struct member *before = last_member(s);
    if (!before || s->reading->len > 1) return;
    m->pause = m->frame.time > s->last_time ? m->frame.time - s->last_time : 0;
    m->absent = count_absent(s, before, m);
    m->hole =
        m->absent || before->result != INPUT_WHOLE || is_one_missed(s, before, m) || is_too_long(s, m->pause);
    receiver->seam(m, m->hole, receiver->user);
}

/* ---- Reading
 * ---------------------------------------------------------------------------------------------------- */

static void finish(struct sequence *s, struct member *m, const struct sequence_receiver *receiver)
{
    m->state = MEMBER_DONE;
    if (s->compared_until < s->last_time + SAME_TIME) s->compared_until = s->last_time + SAME_TIME;
    receiver->end(m, receiver->user);
    close_input(m);
}

static void open_next(struct sequence *s, const struct sequence_receiver *receiver)
{
    struct member *m = s->members->pdata[s->next++];
    bool has_frames = m->input || start(s, m); /* it may have changed since it was looked into */
    if (m->state == MEMBER_REFUSED) return;
    m->state = MEMBER_READING;
    receiver->begin(m, receiver->user);
    if (has_frames)
        member_heap_add(s->reading, m);
    else
        finish(s, m, receiver);
}

/* The file that has the next frame; all that may have an earlier one are open by then. */
static struct member *choose(struct sequence *s, const struct sequence_receiver *receiver)
{
    for (;;) {
        struct member *m = member_heap_first(s->reading);
        const struct member *next = s->next < s->count ? s->members->pdata[s->next] : NULL;
        if (!next || (m && next->first > m->frame.time + SAME_TIME)) return m;
        if (s->reading->len >= s->open_max) {
            s->is_beyond = true;
            return m;
        }
        open_next(s, receiver);
    }
}

static void hand_out(struct sequence *s, struct member *m, const struct sequence_receiver *receiver)
{
    smbt_frame placed = m->frame;
    const struct run *last = runs_last(s->runs);
    if (!last || last->tag != m->index)
        runs_begin(s->runs, &(struct run){++s->last, m->frame.number, m->index});
    else
        s->last = last->key + (m->frame.number - last->value);
    placed.number = SMBT_FRAME_PLACED + s->last;
    if (m->frames > 1) s->steps++;
    if (s->frames++ == 0) s->first_time = s->last_time = placed.time;
    if (placed.time > s->last_time) {
        if (placed.time - s->last_time > s->longest && m->frames > 1) s->longest = placed.time - s->last_time;
        s->last_time = placed.time;
    }
    receiver->frame(m, m->frame.number, &placed, receiver->user);
}

static void count_cut(struct member *m)
{
    const smbt_frame *frame = &m->frame;
    if (frame->caplen >= frame->len) return;
    m->cut_least = m->cut ? MIN(m->cut_least, frame->caplen) : frame->caplen;
    m->cut_most = MAX(m->cut_most, frame->caplen);
    m->cut++;
}

static void take(struct sequence *s, struct member *m, const struct sequence_receiver *receiver)
{
    const smbt_frame *frame = &m->frame;
    if (m->frames++ == 0) meet(s, m, receiver);
    if (m->last != SMBT_TIME_NONE && frame->time < m->last) m->backward++;
    m->last = frame->time;
    count_cut(m);
    bool compares = s->reading->len > 1 || frame->time <= s->compared_until;
    if (compares && repeats_take(s->repeats, frame, m->given, SAME_TIME))
        m->repeated++;
    else
        hand_out(s, m, receiver);
    if (input_next(m->input, &m->frame)) {
        member_heap_settle(s->reading);
        return;
    }
    m->result = m->input->result;
    member_heap_remove_first(s->reading);
    finish(s, m, receiver);
}

bool sequence_read(struct sequence *s, const struct sequence_receiver *receiver)
{
    struct member *m;
    for (unsigned n = 1; (m = choose(s, receiver)); n++) {
        take(s, m, receiver);
        if (sequence_error(s)) return false;
        if (n % INPUT_BATCH == 0 && !receiver->batch(m, receiver->user)) return false;
    }
    return true;
}
