/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/framer.h"

#include "base/cursor.h"
#include "stream/parts.h"

#include <glib.h>
#include <string.h>

#define HEADER 4
/* Behind the header: enough to see the signature and the command, of SMB1 (byte 4) and SMB2 (bytes 12, 13).
 */
#define PEEK 14
/* A message this short is looked at whole. */
#define SHORT      512
#define SMB1_FLAGS 9
#define SMB1_REPLY 0x80

static bool has_signature(const uint8_t *p)
{
    return (p[0] == 0xff || p[0] == 0xfe || p[0] == 0xfd || p[0] == 0xfc) && p[1] == 'S' && p[2] == 'M' &&
           p[3] == 'B';
}

static bool is_message_type(uint8_t type)
{
    return type == 0x00 || (type >= 0x81 && type <= 0x85);
}

static uint32_t message_length(const uint8_t *header)
{
    smbt_cur c = smbt_cur_init(header, HEADER, HEADER);
    smbt_cur_u8(&c);
    return smbt_cur_be24(&c);
}

/* Whether a message can begin with these four bytes. */
static bool is_header(const uint8_t *header)
{
    return is_message_type(header[0]) && message_length(header) <= SMBT_MESSAGE_LEN_MAX;
}

static uint32_t wanted_of_smb1(uint8_t command, bool is_reply)
{
    switch (command) {
    case 0x72: /* NEGOTIATE */
    case 0x73: /* SESSION_SETUP_ANDX */ return SMBT_MESSAGE_PREFIX_MAX;
    case 0x32: /* TRANSACTION2: paths are in requests */ return is_reply ? 160 : 640;
    case 0x2d: /* OPEN_ANDX */
    case 0x75: /* TREE_CONNECT_ANDX */
    case 0x81: /* SEARCH and what goes with it */
    case 0x82:
    case 0x83:
    case 0x84:
    case 0xa0: /* NT_TRANSACT */
    case 0xa2: /* NT_CREATE_ANDX */ return 640;
    default: return command < 0x10 ? 640 : 160;
    }
}

/* How much of a message its decoder wants to see, from its first bytes. */
static uint32_t wanted(const uint8_t *body, uint32_t captured, uint32_t len)
{
    uint32_t want = 160;
    if (captured > 4 && has_signature(body)) {
        if (body[0] == 0xff) {
            want = wanted_of_smb1(body[4], captured > SMB1_FLAGS && body[SMB1_FLAGS] & SMB1_REPLY);
        } else if (body[0] == 0xfe && captured >= PEEK && body[12] <= 1 && body[13] == 0) {
            want = SMBT_MESSAGE_PREFIX_MAX;
        }
    }
    return MIN(want, len);
}

void smbt_framer_init(smbt_framer *f, bool synced)
{
    *f = (smbt_framer){.state = synced ? SMBT_FRAMER_AT_HEADER : SMBT_FRAMER_LOST};
}

void smbt_framer_clear(smbt_framer *f)
{
    g_clear_pointer(&f->buffer, g_free);
    smbt_parts_clear(f);
}

bool smbt_framer_mid_message(const smbt_framer *f)
{
    return f->skip > 0 || f->state == SMBT_FRAMER_IN_PREFIX;
}

bool smbt_framer_looks_like_smb(const uint8_t *data, uint32_t captured)
{
    if (captured < HEADER + 4 || data[0] != 0x00 || !has_signature(data + HEADER)) return false;
    uint32_t len = message_length(data);
    return len >= 32 && len <= SMBT_MESSAGE_LEN_MAX;
}

/* The offset of the first plausible header in the captured bytes, or `captured` when there is none. */
static uint32_t find_header(const uint8_t *data, uint32_t captured)
{
    for (uint32_t at = 0; at + HEADER + 4 <= captured; at++) {
        const uint8_t *s = memchr(data + at + HEADER + 1, 'S', captured - at - HEADER - 3);
        if (!s) break;
        at = (uint32_t)(s - data) - HEADER - 1;
        if (smbt_framer_looks_like_smb(data + at, captured - at)) return at;
    }
    return captured;
}

static void lose(smbt_framer *f)
{
    f->state = SMBT_FRAMER_LOST;
    f->skip = 0;
}

/* The bytes themselves are wrong. */
static void lose_malformed(smbt_framer *f)
{
    lose(f);
    f->malformed++;
}

/* Hands out the message whose beginning was collected, and skips the rest of it. */
static void emit_collected(smbt_framer *f, uint64_t frame, smbt_time time, smbt_message_fn fn, void *user)
{
    uint32_t len = message_length(f->buffer);
    smbt_message m = {.at = f->start,
                      .type = f->buffer[0],
                      .len = len,
                      .data = f->buffer + HEADER,
                      .captured = f->held - HEADER,
                      .frame = f->frame,
                      .time = f->time,
                      .done_frame = frame,
                      .done_time = time};
    f->skip = len + HEADER - f->arrived;
    f->state = SMBT_FRAMER_AT_HEADER;
    f->messages++;
    fn(&m, user);
    smbt_piece piece = {.frame = frame, .time = time, .fn = fn, .user = user};
    smbt_parts_begin(f, &m, f->arrived - HEADER, &piece);
    g_clear_pointer(&f->buffer, g_free);
}

/* Takes what the collecting message still needs from the segment; returns how many bytes that was. */
static uint32_t collect(smbt_framer *f, const uint8_t *data, uint32_t captured, uint32_t len, uint64_t frame,
                        smbt_time time, smbt_message_fn fn, void *user)
{
    uint32_t take = MIN(len, f->need - f->arrived);
    uint32_t copy = f->held == f->arrived ? MIN(take, captured) : 0;
    if (copy) memcpy(f->buffer + f->held, data, copy);
    if (copy) f->looked = data + copy;
    f->held += copy;
    f->arrived += take;
    if (f->arrived < f->need) return take;
    if (!f->need_is_final && f->held >= HEADER) {
        uint32_t body = message_length(f->buffer);
        if (!is_header(f->buffer)) {
            smbt_framer_clear(f);
            lose_malformed(f);
            return take;
        }
        uint32_t need =
            HEADER + (f->held >= HEADER + MIN(body, PEEK) ? wanted(f->buffer + HEADER, f->held - HEADER, body)
                                                          : MIN(body, PEEK));
        f->need_is_final = f->held >= HEADER + MIN(body, PEEK) || f->held < f->arrived;
        f->need = MAX(need, f->arrived);
        if (f->arrived < f->need || !f->need_is_final) return take;
    }
    if (f->held < HEADER) { /* the length itself was not captured */
        smbt_framer_clear(f);
        lose(f);
    } else {
        emit_collected(f, frame, time, fn, user);
    }
    return take;
}

/* A message that begins at `data`. Hands it out at once when the segment holds what is wanted; starts
 * collecting otherwise. Returns how many bytes were used. */
static uint32_t begin(smbt_framer *f, const uint8_t *data, uint32_t captured, uint32_t len, uint64_t frame,
                      smbt_time time, smbt_message_fn fn, void *user)
{
    if (captured >= HEADER) {
        uint32_t body = message_length(data);
        f->looked = data + HEADER;
        if (!is_header(data)) {
            lose_malformed(f);
            return 0;
        }
        uint32_t there = len - HEADER, want = wanted(data + HEADER, captured - HEADER, body);
        if (there >= want) {
            uint32_t used = MIN(there, body);
            smbt_message m = {.at = f->position,
                              .type = data[0],
                              .len = body,
                              .data = data + HEADER,
                              .captured = MIN(captured - HEADER, body),
                              .frame = frame,
                              .time = time,
                              .done_frame = frame,
                              .done_time = time};
            f->skip = body - used;
            f->messages++;
            f->looked = data + MIN(captured, HEADER + MAX(want, MIN(body, SHORT)));
            fn(&m, user);
            smbt_piece piece = {.frame = frame, .time = time, .fn = fn, .user = user};
            smbt_parts_begin(f, &m, used, &piece);
            return HEADER + used;
        }
    } else if (len >= HEADER) {
        lose(f);
        return 0;
    }
    f->buffer = g_malloc(SMBT_MESSAGE_PREFIX_MAX + HEADER);
    f->state = SMBT_FRAMER_IN_PREFIX;
    f->arrived = f->held = 0;
    f->need = HEADER;
    f->need_is_final = false;
    f->start = f->position;
    f->frame = frame;
    f->time = time;
    return 0;
}

/* What is passed over of the current message; returns how many bytes that was. */
static uint32_t pass(smbt_framer *f, const smbt_piece *piece)
{
    smbt_piece rest = *piece;
    rest.len = MIN(f->skip, piece->len);
    uint32_t used = f->part ? smbt_parts_take(f, &rest) : rest.len;
    f->skip -= used;
    return used;
}

static void feed(smbt_framer *f, const uint8_t *data, uint32_t captured, uint32_t len, uint64_t frame,
                 smbt_time time, smbt_message_fn fn, void *user)
{
    while (len > 0) {
        uint32_t used;
        if (f->skip > 0) {
            used = pass(f, &(smbt_piece){data, captured, len, frame, time, fn, user});
        } else if (f->state == SMBT_FRAMER_LOST) {
            used = find_header(data, captured);
            f->looked = data + captured;
            if (used == captured) return;
            f->state = SMBT_FRAMER_AT_HEADER;
        } else if (f->state == SMBT_FRAMER_AT_HEADER) {
            used = begin(f, data, captured, len, frame, time, fn, user);
            if (f->state == SMBT_FRAMER_LOST && captured < HEADER) return;
        } else {
            used = collect(f, data, captured, len, frame, time, fn, user);
        }
        uint32_t seen = MIN(used, captured);
        if (seen) data += seen; /* data may be NULL when nothing was captured */
        captured -= seen;
        len -= used;
        f->position += used;
    }
}

void smbt_framer_feed(smbt_framer *f, const uint8_t *data, uint32_t captured, uint32_t len, uint64_t frame,
                      smbt_time time, smbt_message_fn fn, void *user)
{
    uint64_t end = f->position + len;
    feed(f, data, captured, len, frame, time, fn, user);
    f->position = end;
}

void smbt_framer_gap(smbt_framer *f, uint32_t len, uint64_t frame, smbt_time time, smbt_message_fn fn,
                     void *user)
{
    f->position += len;
    if (f->state == SMBT_FRAMER_IN_PREFIX) {
        if (f->held < HEADER) {
            smbt_framer_clear(f);
            f->state = SMBT_FRAMER_LOST;
            return;
        }
        if (!is_header(f->buffer)) {
            smbt_framer_clear(f);
            lose_malformed(f);
            return;
        }
        emit_collected(f, frame, time, fn, user);
    }
    for (uint32_t used; f->skip > 0 && len > 0; len -= used)
        used = pass(f, &(smbt_piece){NULL, 0, len, frame, time, fn, user});
    if (len > 0) {
        smbt_parts_clear(f);
        f->state = SMBT_FRAMER_LOST;
        f->lost++;
    }
}
