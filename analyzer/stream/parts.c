/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/parts.h"

#include "base/cursor.h"

#include <glib.h>
#include <string.h>

#define HEADER      SMBT_MESSAGE_PART_HEADER
#define SMB2_MAGIC  0xfe534d42u
#define NEXT_OFFSET 20

void smbt_parts_clear(smbt_framer *f)
{
    g_clear_pointer(&f->part, g_free);
}

/* How far behind a header the next one begins, of `left` bytes; 0 when it is the last, or does not tell. */
static uint32_t next_of(const uint8_t *header, uint32_t captured, uint32_t left)
{
    smbt_cur c = smbt_cur_init(header, captured, left);
    uint32_t magic = smbt_cur_be32(&c);
    smbt_cur_seek(&c, NEXT_OFFSET);
    uint32_t next = smbt_cur_le32(&c);
    return smbt_cur_ok(&c) && magic == SMB2_MAGIC && next >= HEADER && next < left ? next : 0;
}

static uint32_t header_of(const smbt_part *p)
{
    return MIN(p->left, HEADER);
}

static void hand_out(const smbt_part *p, const smbt_piece *piece)
{
    smbt_message m = {.at = p->position,
                      .part = p->at,
                      .len = p->left,
                      .data = p->header,
                      .captured = p->held,
                      .frame = p->frame,
                      .time = p->time,
                      .done_frame = piece->frame,
                      .done_time = piece->time};
    piece->fn(&m, piece->user);
}

/* From a part that was handed out to the one behind it; false when there is none. */
static bool go_on(smbt_part *p, uint32_t arrived)
{
    uint32_t next = next_of(p->header, p->held, p->left);
    if (!next) return false;
    p->at += next;
    p->left -= next;
    p->position += next;
    p->wait = p->at > arrived ? p->at - arrived : 0;
    p->arrived = arrived > p->at ? MIN(arrived - p->at, header_of(p)) : 0;
    p->held = 0;
    return true;
}

void smbt_parts_begin(smbt_framer *f, const smbt_message *m, uint32_t arrived, const smbt_piece *piece)
{
    uint32_t at = 0, next = 0;
    do {
        next = next_of(m->data + at, m->captured - at, m->len - at);
        at += next;
    } while (next && m->len - at >= HEADER && at + HEADER <= m->captured);
    if (!next || m->type != 0) return;
    uint32_t there = m->captured > at ? m->captured - at : 0;
    smbt_part p = {.at = at,
                   .left = m->len - at,
                   .wait = at > arrived ? at - arrived : 0,
                   .position = m->at + 4 + at,
                   .frame = piece->frame,
                   .time = piece->time};
    p.arrived = arrived > at ? MIN(arrived - at, header_of(&p)) : 0;
    p.held = MIN(there, p.arrived);
    if (p.held) memcpy(p.header, m->data + at, p.held);
    while (p.arrived == header_of(&p)) {
        hand_out(&p, piece);
        if (!go_on(&p, arrived)) return;
    }
    f->part = g_new(smbt_part, 1);
    *f->part = p;
}

uint32_t smbt_parts_take(smbt_framer *f, const smbt_piece *piece)
{
    smbt_part *p = f->part;
    if (p->wait) {
        uint32_t passed = MIN(p->wait, piece->len);
        p->wait -= passed;
        return passed;
    }
    if (p->arrived == 0) {
        p->frame = piece->frame;
        p->time = piece->time;
    }
    uint32_t take = MIN(piece->len, header_of(p) - p->arrived);
    uint32_t copy = p->held == p->arrived ? MIN(take, piece->captured) : 0;
    if (copy) {
        memcpy(p->header + p->held, piece->data, copy);
        f->looked = piece->data + copy;
    }
    p->held += copy;
    p->arrived += take;
    if (p->arrived < header_of(p)) return take;
    hand_out(p, piece);
    if (!go_on(p, p->at + p->arrived)) smbt_parts_clear(f);
    return take;
}
