/* A read position in bytes from the wire. The only way in which the analyzer reads what a peer sent.
 *
 * A cursor borrows its bytes and never owns them. It knows two lengths: how much was captured, and how much
 * the sender declared. The first read that fails sets a sticky status and every later read yields zero, so
 * that a decoder reads straight down and asks once:
 *
 *   SMBT_CUR_NOT_CAPTURED  the sender sent the bytes, the capture lacks them (snap length, lost segment)
 *   SMBT_CUR_MALFORMED     the bytes lie beyond what the sender declared
 *
 * "Not yet arrived" is the third case and belongs to the stream layer: a message is handed on only when it is
 * there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_BASE_CURSOR_H
#define SMBT_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum smbt_cur_status { SMBT_CUR_OK, SMBT_CUR_NOT_CAPTURED, SMBT_CUR_MALFORMED };

/* Lengths are those of frames and messages, which 32 bits hold: cursors are copied often, and small. */
typedef struct smbt_cur {
    const uint8_t *data;
    uint32_t pos;      /* next byte to read, counted from data */
    uint32_t captured; /* bytes at data that may be read */
    uint32_t declared; /* bytes that the sender says are there; >= captured */
    enum smbt_cur_status status;
} smbt_cur;

/* A cursor over `captured` bytes at `data`, of which the sender declared `declared`. A capture that holds
 * more than was declared (Ethernet padding) is cut to what was declared, and that to what 32 bits hold. */
static inline smbt_cur smbt_cur_init(const void *data, size_t captured, size_t declared)
{
    smbt_cur c;
    c.data = (const uint8_t *)data;
    c.pos = 0;
    c.declared = declared < UINT32_MAX ? (uint32_t)declared : UINT32_MAX;
    c.captured = captured < c.declared ? (uint32_t)captured : c.declared;
    c.status = SMBT_CUR_OK;
    return c;
}

/* A cursor over nothing, which failed already. */
static inline smbt_cur smbt_cur_failed(const uint8_t *data, enum smbt_cur_status status)
{
    smbt_cur c = smbt_cur_init(data, 0, 0);
    c.status = status;
    return c;
}

static inline bool smbt_cur_ok(const smbt_cur *c)
{
    return c->status == SMBT_CUR_OK;
}

/* Bytes left that the sender declared; 0 after a failure. */
static inline size_t smbt_cur_left(const smbt_cur *c)
{
    return smbt_cur_ok(c) && c->pos < c->declared ? c->declared - c->pos : 0;
}

/* Bytes left that were captured; 0 after a failure. */
static inline size_t smbt_cur_left_captured(const smbt_cur *c)
{
    return smbt_cur_ok(c) && c->pos < c->captured ? c->captured - c->pos : 0;
}

static inline void smbt_cur_fail(smbt_cur *c, enum smbt_cur_status status)
{
    if (c->status == SMBT_CUR_OK) c->status = status;
}

/* Whether n bytes can be read now; sets the sticky status if not. */
static inline bool smbt_cur_need(smbt_cur *c, size_t n)
{
    if (!smbt_cur_ok(c)) return false;
    if (c->pos <= c->captured && n <= c->captured - c->pos) return true;
    smbt_cur_fail(c, c->pos <= c->declared && n <= c->declared - c->pos ? SMBT_CUR_NOT_CAPTURED
                                                                        : SMBT_CUR_MALFORMED);
    return false;
}

/* Skips n bytes, captured or not; MALFORMED when the sender did not declare as many. */
static inline void smbt_cur_skip(smbt_cur *c, size_t n)
{
    if (!smbt_cur_ok(c)) return;
    if (n > c->declared - c->pos)
        smbt_cur_fail(c, SMBT_CUR_MALFORMED);
    else
        c->pos += (uint32_t)n;
}

/* n bytes, borrowed from the cursor's data, or NULL. */
static inline const uint8_t *smbt_cur_bytes(smbt_cur *c, size_t n)
{
    if (!smbt_cur_need(c, n)) return NULL;
    const uint8_t *p = c->data + c->pos;
    c->pos += (uint32_t)n;
    return p;
}

static inline uint8_t smbt_cur_u8(smbt_cur *c)
{
    const uint8_t *p = smbt_cur_bytes(c, 1);
    return p ? p[0] : 0;
}

static inline uint16_t smbt_cur_be16(smbt_cur *c)
{
    const uint8_t *p = smbt_cur_bytes(c, 2);
    if (!p) return 0;
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t smbt_cur_be24(smbt_cur *c)
{
    const uint8_t *p = smbt_cur_bytes(c, 3);
    return p ? (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2] : 0;
}

static inline uint32_t smbt_cur_be32(smbt_cur *c)
{
    const uint8_t *p = smbt_cur_bytes(c, 4);
    return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint16_t smbt_cur_le16(smbt_cur *c)
{
    const uint8_t *p = smbt_cur_bytes(c, 2);
    if (!p) return 0;
    return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t smbt_cur_le32(smbt_cur *c)
{
    const uint8_t *p = smbt_cur_bytes(c, 4);
    return p ? (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0] : 0;
}

static inline uint64_t smbt_cur_le64(smbt_cur *c)
{
    if (!smbt_cur_need(c, 8)) return 0;
    uint64_t low = smbt_cur_le32(c);
    return (uint64_t)smbt_cur_le32(c) << 32 | low;
}

/* Moves to an offset counted from the cursor's start (SMB gives offsets from its header); MALFORMED beyond
 * the end. */
static inline void smbt_cur_seek(smbt_cur *c, size_t offset)
{
    if (!smbt_cur_ok(c)) return;
    if (offset > c->declared)
        smbt_cur_fail(c, SMBT_CUR_MALFORMED);
    else
        c->pos = (uint32_t)offset;
}

/* A cursor of its own over the next n declared bytes, which are skipped here. Fewer may be captured. After a
 * failure, or when fewer than n are declared, the new cursor is empty and carries the status. */
static inline smbt_cur smbt_cur_sub(smbt_cur *c, size_t n)
{
    size_t start = c->pos;
    smbt_cur_skip(c, n);
    if (!smbt_cur_ok(c)) return smbt_cur_failed(c->data, c->status);
    size_t captured = c->captured > start ? c->captured - start : 0;
    return smbt_cur_init(c->data + (captured ? start : 0), captured, n);
}

#endif
