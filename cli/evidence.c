/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence.h"

#include "capture_writer.h"
#include "notes.h"
#include "origin.h"
#include "pair.h"
#include "verdicts.h"

#include <errno.h>
#include <string.h>

/* Of a frame that is there for its time only: the headers. */
#define TIME_ONLY 54
/* More frames than these are worth trimming. */
#define MANY 5000
/* Cutting off less is not worth it. */
#define WORTH_CUTTING 64

/* Of a connection: how many frames it has, and how many of them came in this reading. */
struct extent {
    struct pair pair; /* the key */
    uint64_t total, seen;
};

struct choice {
    const struct input *input;
    const struct evidence_request *request;
    struct evidence *result;
    GHashTable *frames;            /* that the findings name: uint64_t */
    GHashTable *pairs;             /* struct pair */
    GHashTable *extents;           /* struct extent, of the connections chosen */
    GArray *named;                 /* of uint64_t: `frames`, rising */
    GHashTable *clients, *servers; /* smbt_addr */
    GPtrArray *found;              /* verdicts of the frames chosen */
    struct notes *notes;           /* comments on them */
};

/* One reading of the capture: each frame goes through `all`, and the chosen ones through `part`. */
struct pass {
    struct choice *choice;
    struct input input;
    struct wiretap reader;
    smbt_engine *all, *part;
    smbt_frame_use use;
};

/* ---- Sets */

static void add_pair(struct choice *c, const smbt_endpoint *a, const smbt_endpoint *b)
{
    struct pair pair = pair_of(a, b);
    if (!g_hash_table_contains(c->pairs, &pair)) g_hash_table_add(c->pairs, g_memdup2(&pair, sizeof pair));
}

static void add_addr(GHashTable *addrs, const smbt_addr *addr)
{
    if (!g_hash_table_contains(addrs, addr)) g_hash_table_add(addrs, g_memdup2(addr, sizeof *addr));
}

static void add_findings(struct choice *c)
{
    for (guint i = 0; i < c->request->verdicts->len; i++) {
        const struct verdict *v = c->request->verdicts->pdata[i];
        if (!verdict_matters(v, c->request->least)) continue;
        for (unsigned n = 0; n < v->frame_count; n++)
            g_hash_table_add(c->frames, g_memdup2(&v->frames[n], sizeof v->frames[n]));
        if (!v->is_local) continue;
        add_pair(c, &v->client, &v->server);
        add_addr(c->clients, &v->client.addr);
        add_addr(c->servers, &v->server.addr);
    }
}

/* ---- A reading */

static bool pass_begin(struct pass *pass, struct choice *choice, char **ret_problem)
{
    *pass = (struct pass){.choice = choice};
    GHashTableIter iter;
    gpointer extent;
    g_hash_table_iter_init(&iter, choice->extents);
    while (g_hash_table_iter_next(&iter, NULL, &extent))
        ((struct extent *)extent)->seen = 0;
    if (!input_again(&pass->input, choice->input, ret_problem)) return false;
    if (wiretap_open(&pass->reader, &pass->input) != INPUT_WHOLE) {
        *ret_problem = g_strdup(pass->input.problem);
        input_close(&pass->input);
        return false;
    }
    pass->all = smbt_engine_new(choice->request->config);
    return true;
}

static void pass_end(struct pass *pass)
{
    smbt_engine_free(pass->all);
    smbt_engine_free(pass->part);
    wiretap_close(&pass->reader);
    input_close(&pass->input);
}

/* The next packet, with what became of it. */
static bool pass_next(struct pass *pass, smbt_frame *ret_frame)
{
    enum input_result result;
    while (pass->input.frames < pass->choice->input->frames && wiretap_next(&pass->reader, &result)) {
        if (!wiretap_frame(&pass->reader, ret_frame)) continue;
        smbt_engine_push(pass->all, ret_frame);
        while (smbt_engine_next(pass->all))
            ;
        smbt_engine_get_frame_use(pass->all, &pass->use);
        return true;
    }
    return false;
}

static bool pass_is_whole(const struct pass *pass, char **ret_problem)
{
    if (pass->input.frames == pass->choice->input->frames) return true;
    *ret_problem = g_strdup("the capture changed while it was read; leave it alone, and try again");
    return false;
}

/* The connections of the frames that the findings name. */
static bool find_connections(struct choice *c, char **ret_problem)
{
    struct pass pass;
    if (!pass_begin(&pass, c, ret_problem)) return false;
    smbt_frame frame;
    while (pass_next(&pass, &frame))
        if (pass.use.kind == SMBT_FRAME_SEGMENT && g_hash_table_contains(c->frames, &frame.number))
            add_pair(c, &pass.use.src, &pass.use.dst);
    bool fine = pass_is_whole(&pass, ret_problem);
    pass_end(&pass);
    return fine;
}

/* ---- The choice */

static bool knows(GHashTable *addrs, const smbt_frame_use *use)
{
    return g_hash_table_contains(addrs, &use->src.addr) || g_hash_table_contains(addrs, &use->dst.addr);
}

/* A fragment has no ports: both addresses must be some connection's. */
static bool is_chosen_fragment(const struct choice *c, const smbt_frame_use *use)
{
    bool between = knows(c->clients, use) && knows(c->servers, use);
    return c->result->scope >= EVIDENCE_SMB || between;
}

static bool is_chosen_segment(const struct choice *c, const smbt_frame_use *use)
{
    struct pair pair = pair_of(&use->src, &use->dst);
    if (g_hash_table_contains(c->pairs, &pair)) return true;
    if (!use->followed) return false;
    enum evidence_scope scope = c->result->scope;
    return scope >= EVIDENCE_SMB || (scope >= EVIDENCE_CLIENTS && knows(c->clients, use)) ||
           (scope >= EVIDENCE_PEERS && knows(c->servers, use));
}

static bool is_chosen(const struct choice *c, const smbt_frame *frame, const smbt_frame_use *use)
{
    if (c->result->scope >= EVIDENCE_FRAMES || g_hash_table_contains(c->frames, &frame->number)) return true;
    if (use->kind == SMBT_FRAME_SEGMENT) return is_chosen_segment(c, use);
    return use->kind == SMBT_FRAME_FRAGMENT && is_chosen_fragment(c, use);
}

static gint compare_frames(gconstpointer a, gconstpointer b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void sort_named(struct choice *c)
{
    GHashTableIter iter;
    gpointer frame;
    g_hash_table_iter_init(&iter, c->frames);
    while (g_hash_table_iter_next(&iter, &frame, NULL))
        g_array_append_val(c->named, *(uint64_t *)frame);
    g_array_sort(c->named, compare_frames);
}

static bool is_near_named(const struct choice *c, uint64_t frame)
{
    guint low = 0, high = c->named->len; /* of the first that is not before it */
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(c->named, uint64_t, middle) < frame)
            low = middle + 1;
        else
            high = middle;
    }
    bool after = low < c->named->len && g_array_index(c->named, uint64_t, low) - frame <= EVIDENCE_NEAR;
    bool before = low > 0 && frame - g_array_index(c->named, uint64_t, low - 1) <= EVIDENCE_NEAR;
    return after || before;
}

/* Counts the frame; whether it is in the middle of a long connection, which may be left out. */
static bool is_middle(struct choice *c, const smbt_frame *frame, const smbt_frame_use *use)
{
    if (use->kind != SMBT_FRAME_SEGMENT) return false;
    struct pair pair = pair_of(&use->src, &use->dst);
    struct extent *extent = g_hash_table_lookup(c->extents, &pair);
    if (!extent) {
        extent = g_new0(struct extent, 1);
        extent->pair = pair;
        g_hash_table_insert(c->extents, extent, extent);
    }
    extent->seen++;
    if (!c->result->is_trimmed) {
        extent->total = extent->seen;
        return false;
    }
    return extent->seen > EVIDENCE_HEAD && extent->seen + EVIDENCE_TAIL <= extent->total &&
           !is_near_named(c, frame->number);
}

/* How much of the frame is kept; 0: nothing. */
static uint32_t kept(struct choice *c, const smbt_frame *frame, const smbt_frame_use *use)
{
    bool bounds = frame->number == 1 || frame->number == c->input->frames;
    bool chosen = is_chosen(c, frame, use) && !is_middle(c, frame, use);
    if (!chosen) return bounds ? MAX(1, MIN(MIN(use->needed, TIME_ONLY), frame->caplen)) : 0;
    if (c->result->scope == EVIDENCE_WHOLE || use->needed + WORTH_CUTTING > frame->caplen)
        return MAX(1, frame->caplen);
    return use->needed;
}

static void take_found(struct choice *c, smbt_engine *part)
{
    for (const smbt_record *record; (record = smbt_engine_next(part));) {
        verdicts_add(c->found, record, c->result->originals);
        bool is_end = record->type == SMBT_RECORD_END;
        if (!is_end && record->type != SMBT_RECORD_OBSERVATION) continue;
        enum smbt_severity severity = is_end ? record->end->severity : record->observation->severity;
        bool is_noted = severity >= c->request->least || (is_end && c->request->notes_ends);
        if (is_noted) notes_add_record(c->notes, record);
    }
}

static void reset(struct choice *c)
{
    if (c->found) g_ptr_array_unref(c->found);
    notes_free(c->notes);
    c->found = verdicts_new();
    c->notes = notes_new();
    g_array_set_size(c->result->originals, 0);
    c->result->cut = 0;
}

/* Analyses the frames of the scope by themselves. */
static bool try_scope(struct choice *c, char **ret_problem)
{
    struct pass pass;
    if (!pass_begin(&pass, c, ret_problem)) return false;
    pass.part = smbt_engine_new(c->request->config);
    reset(c);
    smbt_frame frame;
    while (pass_next(&pass, &frame)) {
        uint32_t keep = kept(c, &frame, &pass.use);
        if (keep == 0) continue;
        g_array_append_val(c->result->originals, frame.number);
        keep = MIN(keep, frame.caplen);
        c->result->cut += frame.caplen - keep;
        frame.caplen = keep;
        frame.number = c->result->originals->len;
        smbt_engine_push(pass.part, &frame);
        take_found(c, pass.part);
    }
    /* The copy will end like any whole capture, also where this one broke off. */
    smbt_engine_finish(pass.part, true);
    take_found(c, pass.part);
    bool fine = pass_is_whole(&pass, ret_problem);
    pass_end(&pass);
    c->result->agrees = verdicts_agree(c->request->verdicts, c->found, c->request->least);
    return fine;
}

/* The same with less of long connections; as before, when that is not enough. */
static bool trim(struct choice *c, char **ret_problem)
{
    if (c->result->originals->len <= MANY || c->result->scope >= EVIDENCE_FRAMES) return true;
    c->result->is_trimmed = true;
    if (!try_scope(c, ret_problem)) return false;
    if (c->result->agrees) return true;
    c->result->is_trimmed = false;
    return try_scope(c, ret_problem);
}

/* The first scope that gives the same findings, or, when none does, the first one. */
static bool choose(struct choice *c, char **ret_problem)
{
    for (c->result->scope = 0; c->result->scope < EVIDENCE_SCOPES; c->result->scope++) {
        if (!try_scope(c, ret_problem)) return false;
        if (c->result->agrees) return trim(c, ret_problem);
    }
    c->result->scope = EVIDENCE_CONNECTIONS;
    return try_scope(c, ret_problem);
}

/* ---- The copy */

static bool put(const struct choice *c, struct capture_writer *writer, struct pass *pass, uint64_t number,
                uint32_t keep, char **ret_problem)
{
    g_autoptr(GPtrArray) comments = notes_take(c->notes, number);
    if (!comments) comments = g_ptr_array_new_with_free_func(g_free);
    const smbt_places *origins = c->request->origins;
    uint64_t frame = pass->input.frames;
    smbt_place place = origins ? origins->find(frame, origins->user) : (smbt_place){.frame = frame};
    g_ptr_array_insert(comments, 0, origin_comment(&place));
    return capture_writer_put(writer, &pass->reader, keep, comments, ret_problem);
}

static bool write_chosen(struct choice *c, int fd, char **ret_problem)
{
    struct capture_writer *writer = capture_writer_new(c->input, fd, ret_problem);
    if (!writer) return false;
    struct pass pass;
    bool fine = pass_begin(&pass, c, ret_problem);
    if (fine) {
        smbt_frame frame;
        uint64_t number = 0;
        while (fine && pass_next(&pass, &frame)) {
            uint32_t keep = kept(c, &frame, &pass.use);
            if (keep) fine = put(c, writer, &pass, ++number, keep, ret_problem);
        }
        fine = fine && pass_is_whole(&pass, ret_problem) && capture_writer_finish(writer, ret_problem);
        pass_end(&pass);
    }
    capture_writer_free(writer);
    return fine;
}

static bool settle(struct choice *c, char **ret_problem)
{
    if (notes_settle(c->notes)) return true;
    *ret_problem = g_strdup_printf("comments can't be kept in %s: %s; set TMPDIR to a folder with space",
                                   g_get_tmp_dir(), g_strerror(errno));
    return false;
}

bool evidence_write(const struct input *input, const struct evidence_request *request, int fd,
                    struct evidence *ret_evidence, char **ret_problem)
{
    *ret_evidence = (struct evidence){.originals = g_array_new(FALSE, FALSE, sizeof(uint64_t))};
    struct choice c = {.input = input,
                       .request = request,
                       .result = ret_evidence,
                       .frames = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
                       .pairs = g_hash_table_new_full(pair_hash, pair_equal, g_free, NULL),
                       .extents = g_hash_table_new_full(pair_hash, pair_equal, g_free, NULL),
                       .named = g_array_new(FALSE, FALSE, sizeof(uint64_t)),
                       .clients = g_hash_table_new_full(pair_addr_hash, pair_addr_equal, g_free, NULL),
                       .servers = g_hash_table_new_full(pair_addr_hash, pair_addr_equal, g_free, NULL)};
    add_findings(&c);
    sort_named(&c);
    bool fine = find_connections(&c, ret_problem) && choose(&c, ret_problem) && settle(&c, ret_problem) &&
                write_chosen(&c, fd, ret_problem);
    g_hash_table_destroy(c.frames);
    g_hash_table_destroy(c.pairs);
    g_hash_table_destroy(c.extents);
    g_array_unref(c.named);
    g_hash_table_destroy(c.clients);
    g_hash_table_destroy(c.servers);
    if (c.found) g_ptr_array_unref(c.found);
    notes_free(c.notes);
    return fine;
}

void evidence_clear(struct evidence *evidence)
{
    if (evidence->originals) g_array_unref(evidence->originals);
    evidence->originals = NULL;
}
