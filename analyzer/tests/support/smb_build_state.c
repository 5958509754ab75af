/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/smb_build_state.h"

#include <stdbool.h>

void sb_state_word(sb_msg *m, unsigned command, unsigned word)
{
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, word);
    sb_block_end(m);
}

/* ---- Locks ---- */

void sb_state_locking_request(sb_msg *m, const sb_state_lock *l)
{
    sb_block_begin(m, 0x24, TRUE);
    sb_le16(m->out, l->fid);
    sb_u8(m->out, l->type);
    sb_u8(m->out, l->oplock_level);
    sb_le32(m->out, l->timeout);
    sb_le16(m->out, l->unlocks);
    sb_le16(m->out, l->locks);
    sb_bytes(m);
    for (unsigned i = 0; i < l->unlocks + l->locks; i++) {
        sb_le16(m->out, 0xfeff);
        sb_le32(m->out, i * 4096);
        sb_le32(m->out, 100);
    }
    sb_block_end(m);
}

void sb_state_locking_response(sb_msg *m)
{
    sb_block_begin(m, 0x24, TRUE);
    sb_block_end(m);
}

/* ---- Reads and writes ---- */

/* A buffer format, a length, that many bytes. */
static void data_block(sb_msg *m, gsize len)
{
    sb_u8(m->out, 1);
    sb_le16(m->out, (unsigned)len);
    sb_fill(m->out, 0xd2, len);
}

void sb_state_read_request(sb_msg *m, unsigned fid, unsigned count)
{
    sb_block_begin(m, 0x0a, FALSE);
    sb_le16(m->out, fid);
    sb_le16(m->out, count);
    sb_le32(m->out, 0);
    sb_le16(m->out, 0);
    sb_block_end(m);
}

void sb_state_read_response(sb_msg *m, gsize len)
{
    sb_block_begin(m, 0x0a, FALSE);
    sb_le16(m->out, (unsigned)len);
    sb_fill(m->out, 0, 8);
    sb_bytes(m);
    data_block(m, len);
    sb_block_end(m);
}

void sb_state_write_request(sb_msg *m, unsigned command, unsigned fid, gsize len)
{
    bool closes = command == 0x2c;
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, fid);
    sb_le16(m->out, (unsigned)len);
    sb_le32(m->out, 0);
    if (closes)
        sb_le32(m->out, 0); /* last write */
    else
        sb_le16(m->out, 0);
    sb_bytes(m);
    if (closes) {
        sb_u8(m->out, 0);
        sb_fill(m->out, 0xd2, len);
    } else {
        data_block(m, len);
    }
    sb_block_end(m);
}

void sb_state_bulk_read_request(sb_msg *m, unsigned command, unsigned fid, unsigned count)
{
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, fid);
    sb_le32(m->out, 0);
    sb_le16(m->out, count);
    sb_le16(m->out, 0);
    sb_le32(m->out, 0); /* timeout */
    sb_le16(m->out, 0);
    sb_block_end(m);
}

void sb_state_read_mpx_response(sb_msg *m, gsize len)
{
    sb_block_begin(m, 0x1b, FALSE);
    sb_le32(m->out, 0);
    sb_le16(m->out, (unsigned)len);
    sb_le16(m->out, 0xffff);
    sb_fill(m->out, 0, 4);
    sb_le16(m->out, (unsigned)len);
    sb_le16(m->out, (unsigned)(m->out->len - m->start + 2 + 2 + 1));
    sb_bytes(m);
    sb_u8(m->out, 0);
    sb_fill(m->out, 0xd2, len);
    sb_block_end(m);
}

void sb_state_bulk_write_request(sb_msg *m, unsigned command, unsigned fid, unsigned mode, unsigned total,
                                 gsize len)
{
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, fid);
    sb_le16(m->out, total);
    sb_le16(m->out, 0);
    sb_le32(m->out, 0); /* offset */
    sb_le32(m->out, 0); /* timeout */
    sb_le16(m->out, mode);
    sb_le32(m->out, command == 0x1e ? 1 : 0);
    sb_le16(m->out, (unsigned)len);
    sb_le16(m->out, (unsigned)(m->out->len - m->start + 2 + 2 + 1));
    sb_bytes(m);
    sb_u8(m->out, 0);
    sb_fill(m->out, 0xd2, len);
    sb_block_end(m);
}

void sb_state_write_mpx_response(sb_msg *m)
{
    sb_block_begin(m, 0x1e, FALSE);
    sb_le32(m->out, 1);
    sb_block_end(m);
}

void sb_state_raw(GByteArray *out, gsize len)
{
    sb_nbss(out, 0, len);
    sb_fill(out, 0xd3, len);
}

/* ---- Old searches ---- */

/* 21 bytes: a reserved one, eleven of the name, five of the server, four of the client. */
static void resume_key(sb_msg *m, guint32 cookie)
{
    sb_u8(m->out, 0);
    sb_oem(m->out, "ACCOUNTSXLS");
    sb_u8(m->out, 1);
    sb_le32(m->out, cookie);
    sb_le32(m->out, 0);
}

void sb_state_search_request(sb_msg *m, unsigned command, const char *path, guint32 cookie)
{
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, 10);
    sb_le16(m->out, 0x16);
    sb_bytes(m);
    sb_u8(m->out, 4);
    sb_text(m, cookie ? "" : path);
    sb_u8(m->out, 5);
    sb_le16(m->out, cookie ? 21 : 0);
    if (cookie) resume_key(m, cookie);
    sb_block_end(m);
}

void sb_state_search_response(sb_msg *m, unsigned command, unsigned count, guint32 cookie)
{
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, count);
    sb_bytes(m);
    sb_u8(m->out, 5);
    sb_le16(m->out, count * 43);
    for (unsigned i = 0; i < count; i++) {
        resume_key(m, cookie);
        sb_u8(m->out, 0x20);
        sb_le32(m->out, 0x58644800); /* time, date */
        sb_le32(m->out, 4000);
        sb_oem(m->out, "ACCOUNTS.XLS");
        sb_u8(m->out, 0);
    }
    sb_block_end(m);
}

/* ---- Transactions ---- */

static bool is_wide(const sb_state_transaction *t)
{
    return t->command == 0xa0;
}

static void count(sb_msg *m, const sb_state_transaction *t, gsize v)
{
    if (is_wide(t))
        sb_le32(m->out, (guint32)v);
    else
        sb_le16(m->out, (unsigned)v);
}

static gsize length_of(const GByteArray *b)
{
    return b ? b->len : 0;
}

/* Where this part begins, and with `next` where the one behind it does. */
static gsize share(const sb_state_transaction *t, const GByteArray *b, bool next)
{
    unsigned parts = MAX(t->parts, 1);
    if (b == t->parameters && length_of(t->data)) return t->part + next > 0 ? length_of(b) : 0;
    return length_of(b) * (t->part + next) / parts;
}

static gsize share_len(const sb_state_transaction *t, const GByteArray *b)
{
    return share(t, b, true) - share(t, b, false);
}

/* The counts of a part, with its displacement unless it is a primary. Returns where the offset stands. */
static gsize part_counts(sb_msg *m, const sb_state_transaction *t, const GByteArray *b, bool displaced)
{
    count(m, t, share_len(t, b));
    gsize at = m->out->len;
    count(m, t, 0);
    if (displaced) count(m, t, share(t, b, false));
    return at;
}

static void part_bytes(sb_msg *m, const sb_state_transaction *t, const GByteArray *b, gsize offset_at)
{
    while ((m->out->len - m->start) % 4)
        sb_u8(m->out, 0);
    gsize offset = m->out->len - m->start;
    if (is_wide(t))
        sb_set_le32(m->out, offset_at, (guint32)offset);
    else
        sb_set_le16(m->out, offset_at, (unsigned)offset);
    if (b) g_byte_array_append(m->out, b->data + share(t, b, false), (guint)share_len(t, b));
}

static void totals(sb_msg *m, const sb_state_transaction *t)
{
    if (is_wide(t)) sb_fill(m->out, 0, 3);
    count(m, t, length_of(t->parameters));
    count(m, t, length_of(t->data));
}

static void setup_words(sb_msg *m, const sb_state_transaction *t)
{
    gsize counted = t->setups - (is_wide(t) ? 1 : 0);
    sb_u8(m->out, (unsigned)counted);
    if (!is_wide(t)) sb_u8(m->out, 0);
    for (gsize i = 0; i < t->setups; i++)
        sb_le16(m->out, t->setup[i]);
}

void sb_state_transaction_request(sb_msg *m, const sb_state_transaction *t)
{
    bool secondary = t->part > 0;
    sb_block_begin(m, t->command + secondary, FALSE);
    totals(m, t);
    if (!secondary) {
        count(m, t, 1024);
        count(m, t, 4096);
        if (!is_wide(t)) sb_fill(m->out, 0, 2 + 2 + 4 + 2);
    }
    gsize parameters_at = part_counts(m, t, t->parameters, secondary);
    gsize data_at = part_counts(m, t, t->data, secondary);
    if (!secondary)
        setup_words(m, t);
    else if (is_wide(t))
        sb_u8(m->out, 0);
    else if (t->command == 0x32)
        sb_le16(m->out, 0xffff); /* FID */
    sb_bytes(m);
    if (t->command == 0x25 && !secondary) sb_text(m, t->name);
    part_bytes(m, t, t->parameters, parameters_at);
    part_bytes(m, t, t->data, data_at);
    sb_block_end(m);
}

void sb_state_transaction_response(sb_msg *m, const sb_state_transaction *t)
{
    sb_block_begin(m, t->command, FALSE);
    totals(m, t);
    if (!is_wide(t)) sb_le16(m->out, 0);
    gsize parameters_at = part_counts(m, t, t->parameters, true);
    gsize data_at = part_counts(m, t, t->data, true);
    sb_u8(m->out, 0);
    if (!is_wide(t)) sb_u8(m->out, 0);
    sb_bytes(m);
    part_bytes(m, t, t->parameters, parameters_at);
    part_bytes(m, t, t->data, data_at);
    sb_block_end(m);
}
