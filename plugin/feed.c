/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "feed.h"

#include "inner.h"
#include "linktype.h"
#include "prefs.h"

#include <string.h>
#include <wiretap/wtap.h>

#define NS UINT64_C(1000000000)

/* What tells a frame from others well enough to know a file again. */
typedef struct frame_print {
    uint32_t number, caplen;
    smbt_time time;
} frame_print;

/* One pass over one file. */
typedef struct file_pass {
    smbt_engine *engine; /* NULL: nothing was fed yet, or no more will be */
    smbt_store *store;
    bool started, finished;
    bool numbering_lost; /* frames share their numbers: nothing that is known can be put to a frame */
    uint32_t last;       /* number of the frame fed last */
    smbt_time time;      /* of it */
    frame_print first, latest;
    GArray *notes;      /* of smbt_feed_note */
    GHashTable *states; /* frame to text */
    size_t state_bytes;
    bool states_full;
} file_pass;

static int protocol;
static file_pass pass;
static void (*when_known)(void);
/* First and last frame of the latest pass that was finished: when they come again, it is the same file,
 * dissected anew, and no one will say when it has been read. */
static frame_print known_first, known_last;

static void note_clear(gpointer data)
{
    g_free(((smbt_feed_note *)data)->text);
}

static void add_note(enum smbt_note_kind kind, uint32_t frame, const char *text)
{
    smbt_feed_note note = {.kind = kind, .frame = frame, .text = g_strdup(text)};
    g_array_append_val(pass.notes, note);
}

static void clear_pass(void)
{
    smbt_engine_free(pass.engine);
    smbt_store_free(pass.store);
    if (pass.notes) g_array_unref(pass.notes);
    if (pass.states) g_hash_table_destroy(pass.states);
    pass = (file_pass){0};
}

bool smbt_feed_is_enabled(void)
{
    return proto_is_protocol_enabled(find_protocol_by_id(protocol));
}

static void start_pass(uint32_t frame)
{
    pass.started = true;
    pass.store = smbt_store_new();
    pass.states = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    pass.notes = g_array_new(FALSE, FALSE, sizeof(smbt_feed_note));
    g_array_set_clear_func(pass.notes, note_clear);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    smbt_config *config = smbt_prefs_config(problems);
    for (guint i = 0; i < problems->len; i++)
        add_note(SMBT_NOTE_PREFERENCE, frame, problems->pdata[i]);
    pass.engine = smbt_engine_new(config);
    smbt_config_free(config);
}

static void drain(void)
{
    for (const smbt_record *record; (record = smbt_engine_next(pass.engine));)
        smbt_store_add(pass.store, record, false);
}

static void finish(void)
{
    if (pass.finished || pass.numbering_lost) return;
    if (!pass.started && smbt_feed_is_enabled()) start_pass(1); /* a file without frames */
    if (!pass.started) return;
    pass.finished = true;
    smbt_engine_finish(pass.engine, true);
    drain();
    smbt_store_settle(pass.store);
    g_clear_pointer(&pass.engine, smbt_engine_free);
    known_first = pass.first;
    known_last = pass.latest;
    if (when_known) when_known();
}

static bool same_print(const frame_print *a, const frame_print *b)
{
    return a->number == b->number && a->caplen == b->caplen && a->time == b->time;
}

static bool is_read_again(void)
{
    return known_last.number && same_print(&pass.first, &known_first) &&
           same_print(&pass.latest, &known_last);
}

/* ---- States
 * ---------------------------------------------------------------------------------------------------- */

static bool endpoint_of(const address *from, uint32_t port, smbt_endpoint *ret_endpoint)
{
    *ret_endpoint = (smbt_endpoint){.port = (uint16_t)port};
    if (from->type == AT_IPv4)
        ret_endpoint->addr.family = 4;
    else if (from->type == AT_IPv6)
        ret_endpoint->addr.family = 6;
    else
        return false;
    memcpy(ret_endpoint->addr.bytes, from->data, MIN((size_t)from->len, sizeof ret_endpoint->addr.bytes));
    return true;
}

static void keep_state(uint32_t frame, const smbt_state *state)
{
    GString *text = g_string_new(NULL);
    smbt_text_style style = {.verbose = true, .width = 200};
    smbt_text_state(text, &style, state);
    size_t bytes = text->len + 64; /* and its place in the table */
    if (pass.state_bytes + bytes > smbt_prefs_state_bytes()) {
        pass.states_full = true;
        add_note(SMBT_NOTE_STATE_LIMIT, frame, NULL);
        g_string_free(text, TRUE);
        return;
    }
    pass.state_bytes += bytes;
    g_hash_table_insert(pass.states, GUINT_TO_POINTER(frame), g_string_free(text, FALSE));
}

static void note_state(const packet_info *pinfo)
{
    smbt_state_filter ends[2];
    if (pass.states_full || pinfo->ptype != PT_TCP ||
        !endpoint_of(&pinfo->src, pinfo->srcport, &ends[0].client) ||
        !endpoint_of(&pinfo->dst, pinfo->destport, &ends[0].server))
        return;
    ends[1] = (smbt_state_filter){.client = ends[0].server, .server = ends[0].client};
    for (int i = 0; i < 2; i++) {
        smbt_state *state = smbt_engine_state(pass.engine, &ends[i]);
        bool found = state->connections->len > 0;
        if (found) keep_state(pinfo->num, state);
        smbt_state_free(state);
        if (found) return;
    }
}

const char *smbt_feed_state(uint32_t frame)
{
    return pass.states ? g_hash_table_lookup(pass.states, GUINT_TO_POINTER(frame)) : NULL;
}

/* ---- Frames
 * ---------------------------------------------------------------------------------------------------- */

/* False: not a frame that was captured. The same rules as in the command line's reader: verdicts must agree.
 */
static bool frame_of(tvbuff_t *tvb, const packet_info *pinfo, smbt_frame *ret_frame)
{
    const wtap_rec *rec = pinfo->rec;
    if (!rec || rec->rec_type != REC_TYPE_PACKET) return false;
    const wtap_packet_header *packet = &rec->rec_header.packet_header;
    uint32_t caplen = MIN(packet->caplen, tvb_captured_length(tvb));
    if (rec->presence_flags & WTAP_HAS_TS && rec->ts.secs >= 0)
        pass.time = (uint64_t)rec->ts.secs * NS + (uint64_t)rec->ts.nsecs;
    *ret_frame = (smbt_frame){.number = pinfo->num,
                              .time = pass.time,
                              .linktype = smbt_linktype_of_encap(packet->pkt_encap),
                              .caplen = caplen,
                              .len = rec->presence_flags & WTAP_HAS_CAP_LEN ? packet->len : packet->caplen,
                              .data = caplen ? tvb_get_ptr(tvb, 0, (int)caplen) : (const uint8_t *)""};
    return true;
}

static void lose_numbering(void)
{
    pass.numbering_lost = true;
    g_clear_pointer(&pass.engine, smbt_engine_free);
    smbt_store_free(pass.store);
    pass.store = smbt_store_new();
    g_hash_table_remove_all(pass.states);
    add_note(SMBT_NOTE_NUMBERING, 1, NULL);
    if (when_known) when_known();
}

static void note_print(const smbt_frame *frame)
{
    pass.latest =
        (frame_print){.number = (uint32_t)frame->number, .caplen = frame->caplen, .time = frame->time};
    if (pass.first.number == 0) pass.first = pass.latest;
}

static void push(const smbt_frame *frame)
{
    smbt_engine_push(pass.engine, frame);
    drain();
    const smbt_record *record = smbt_engine_preview(pass.engine);
    if (record) smbt_store_add(pass.store, record, true);
}

static void feed(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    if (!pass.started) start_pass(pinfo->num);
    if (pass.numbering_lost) return;
    if (pinfo->num <= pass.last) {
        lose_numbering();
        return;
    }
    pass.last = pinfo->num;
    smbt_frame frame;
    if (!frame_of(tvb, pinfo, &frame)) return;
    if (pass.finished) {
        bool said = pass.notes->len &&
                    g_array_index(pass.notes, smbt_feed_note, pass.notes->len - 1).kind == SMBT_NOTE_STALE;
        if (!said) add_note(SMBT_NOTE_STALE, pinfo->num, NULL);
        return;
    }
    note_print(&frame);
    smbt_inner_find(pinfo, tree, &frame);
    push(&frame);
    if (smbt_prefs_state() == SMBT_PREFS_STATE_ALL) note_state(pinfo);
}

void smbt_feed_frame(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    if (!PINFO_FD_VISITED(pinfo))
        feed(tvb, pinfo, tree);
    else if (pass.started && !pass.finished && is_read_again())
        finish();
}

void smbt_feed_when_known(void (*function)(void))
{
    when_known = function;
}

const smbt_store *smbt_feed_final(void)
{
    return pass.finished ? pass.store : NULL;
}

bool smbt_feed_is_lost(void)
{
    return pass.numbering_lost;
}

const smbt_mark *smbt_feed_marks(uint32_t frame)
{
    return pass.store ? smbt_store_find(pass.store, frame) : NULL;
}

const smbt_feed_note *smbt_feed_note_at(uint32_t frame, unsigned at)
{
    for (guint i = 0; pass.notes && i < pass.notes->len; i++) {
        const smbt_feed_note *note = &g_array_index(pass.notes, smbt_feed_note, i);
        if (note->frame == frame && at-- == 0) return note;
    }
    return NULL;
}

static void open_file(void)
{
    clear_pass();
    smbt_inner_want(smbt_prefs_all_layers());
}

static void close_file(void)
{
    clear_pass();
    smbt_inner_want(false);
}

void smbt_feed_register(int proto)
{
    protocol = proto;
    register_init_routine(open_file);
    register_cleanup_routine(close_file);
    register_postseq_cleanup_routine(finish);
}
