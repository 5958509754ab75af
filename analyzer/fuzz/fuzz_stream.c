/* Segments of any kind through one direction of a connection, compared with a naive model.
 *
 * The input is a recipe: messages that make up a stream, then segments, each a range of that stream. A naive
 * model notes which bytes came in which frame. While nothing was cut off or given up, the messages must be
 * those of the stream, in order, each with the frame that its first byte came in, and all of them once every
 * byte came. Otherwise only what must hold anyway is checked: what is handed out can be read, the budget
 * balances, memory is bounded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/cursor.h"
#include "stream/half.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STREAM_MAX   20000
#define MESSAGES_MAX 24
#define PIECES_MAX   256

static void check(bool holds)
{
    if (!holds) __builtin_trap();
}

struct expected {
    uint8_t type;
    uint32_t at, len, wanted;
};

struct run {
    uint8_t stream[STREAM_MAX];
    uint64_t came[STREAM_MAX]; /* frame that a byte came in first; 0: not yet */
    uint32_t stream_len;
    struct expected messages[MESSAGES_MAX];
    unsigned message_count, seen;
    bool exact;        /* so far, the messages must be those of the stream */
    bool frames_known; /* no byte came in two segments: it is known which frame it was taken from */
    uint32_t first_seq;
    smbt_half half;
    smbt_reorder_budget budget;
};

static uint32_t wanted(uint8_t version, uint8_t command, uint32_t len)
{
    if (len < 14 || version == 0) return MIN(len, 160);
    bool whole = version == 1 ? command == 0x72 || command == 0x73 : command <= 1;
    bool long_one = version == 1 && (command == 0x75 || command == 0xa2 || command == 0x2d || command < 0x10);
    return MIN(len, whole ? SMBT_MESSAGE_PREFIX_MAX : long_one ? 640u : 160u);
}

static void add_message(struct run *r, uint8_t kind, uint8_t command, uint32_t len)
{
    static const uint8_t types[] = {0, 0, 0, 0, 0, 0x85, 0x81, 0x82};
    if (r->message_count == MESSAGES_MAX || r->stream_len + 4 + len > STREAM_MAX) return;
    uint8_t version = kind >> 4 & 3, *p = r->stream + r->stream_len;
    if (version == 3) version = 0;
    struct expected *e = &r->messages[r->message_count++];
    *e = (struct expected){.type = types[kind & 7], .at = r->stream_len, .len = len};
    e->wanted = wanted(version, command, len);
    p[0] = e->type;
    p[1] = (uint8_t)(len >> 16);
    p[2] = (uint8_t)(len >> 8);
    p[3] = (uint8_t)len;
    for (uint32_t i = 0; i < len; i++)
        p[4 + i] = (uint8_t)(0x80 | (i * 7 + command));
    const uint8_t begin[14] = {
        version == 1 ? 0xff : 0xfe, 'S', 'M', 'B', command, 0, 0, 0, 0, 0, 0, 0, command};
    if (version && len >= sizeof begin) memcpy(p + 4, begin, version == 1 ? 5 : sizeof begin);
    r->stream_len += 4 + len;
}

static void take(const smbt_message *m, void *user)
{
    struct run *r = user;
    volatile uint8_t sum = 0;
    for (uint32_t i = 0; i < m->captured; i++)
        sum = (uint8_t)(sum + m->data[i]); /* what is handed out can be read */
    check(m->captured <= m->len);
    check(m->part == 0 || m->captured <= SMBT_MESSAGE_PART_HEADER);
    if (r->budget.refused) r->exact = false;
    if (!r->exact || m->part) return;
    check(r->seen < r->message_count);
    const struct expected *e = &r->messages[r->seen++];
    check(m->type == e->type && m->len == e->len && m->captured >= e->wanted);
    check(memcmp(m->data, r->stream + e->at + 4, m->captured) == 0);
    check(!r->frames_known || m->frame == r->came[e->at]);
}

static bool overlaps(const struct run *r, uint32_t at, uint32_t len)
{
    for (uint32_t i = at; i < at + len; i++)
        if (r->came[i]) return true;
    return false;
}

static void send(struct run *r, uint32_t at, uint32_t len, uint32_t captured, uint64_t frame)
{
    if (captured < len) r->exact = false;
    if (overlaps(r, at, len)) r->frames_known = false;
    for (uint32_t i = at; i < at + len; i++)
        if (!r->came[i]) r->came[i] = frame;
    uint8_t *exact = g_malloc(captured ? captured : 1);
    memcpy(exact, r->stream + at, captured);
    enum smbt_half_result result = smbt_half_segment(&r->half, &r->budget, r->first_seq + at, exact, captured,
                                                     len, frame, frame * 10, take, r);
    g_free(exact);
    check(result == SMBT_HALF_EMPTY ? len == 0 : true);
    check(r->budget.used == r->half.held_bytes && r->half.held_bytes <= r->budget.per_half);
    check(!r->half.held || r->half.held->len <= SMBT_HALF_MAX_HELD);
}

static void acknowledge(struct run *r, uint32_t upto, uint64_t frame)
{
    /* An acknowledgment of what has not come yet gives it up. */
    for (uint32_t i = 0; i < upto; i++)
        if (!r->came[i]) r->exact = false;
    smbt_half_ack(&r->half, &r->budget, r->first_seq + upto, frame, frame * 10, take, r);
}

/* The bytes that no segment brought, in pieces, last first: then every byte came. */
static void fill_up(struct run *r, uint64_t frame, uint32_t piece)
{
    uint32_t end = r->stream_len;
    while (end > 0) {
        while (end > 0 && r->came[end - 1])
            end--;
        uint32_t at = end;
        while (at > 0 && !r->came[at - 1] && end - at < piece)
            at--;
        if (at < end) send(r, at, end - at, end - at, frame++);
        end = at;
    }
}

static void read_messages(struct run *r, smbt_cur *c)
{
    for (unsigned n = smbt_cur_u8(c) % MESSAGES_MAX + 1; n > 0 && smbt_cur_ok(c); n--) {
        uint8_t kind = smbt_cur_u8(c), command = smbt_cur_u8(c);
        uint32_t len = smbt_cur_u8(c);
        if (kind & 0x80) len = len * 20;
        if (smbt_cur_ok(c)) add_message(r, kind, command, len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    smbt_cur c = smbt_cur_init(data, size, size);
    struct run *r = g_new0(struct run, 1);
    uint8_t mode = smbt_cur_u8(&c);
    uint32_t syn_seq = mode & 1 ? 0xfffffff0u - smbt_cur_u8(&c) * 16u : 1000;
    r->budget =
        (smbt_reorder_budget){.per_half = mode & 2 ? 700 : 1 << 20, .total = mode & 4 ? 900 : 1 << 21};
    r->frames_known = true;
    r->exact = !(mode & 8); /* else it starts anywhere */
    r->first_seq = syn_seq + 1;
    if (r->exact) smbt_half_syn(&r->half, syn_seq);
    read_messages(r, &c);
    uint64_t frame = 1;
    while (smbt_cur_left(&c) >= 4 && frame < PIECES_MAX && r->stream_len > 0) {
        uint32_t at = smbt_cur_be16(&c) % r->stream_len, len = smbt_cur_u8(&c);
        uint8_t how = smbt_cur_u8(&c);
        if (how & 0x80) len *= 16;
        len = MIN(len, r->stream_len - at);
        if ((how & 7) == 1)
            acknowledge(r, at, frame);
        else
            send(r, at, len, (how & 7) == 2 ? MIN(len, how >> 3 & 15) : len, frame);
        frame++;
    }
    if (mode & 16 && r->stream_len) {
        fill_up(r, frame, 40u + (mode >> 5) * 400u);
        if (r->exact && !r->budget.refused) check(r->seen == r->message_count && r->half.gaps == 0);
    }
    smbt_half_clear(&r->half, &r->budget);
    check(r->budget.used == 0);
    g_free(r);
    return 0;
}
