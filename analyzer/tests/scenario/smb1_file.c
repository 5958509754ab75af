/* SMB1 messages about open files, locks and searches, save transactions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"
#include "support/smb_build_state.h"

/* From the WordCount of a block. */
#define NT_CREATE_FLAGS_AT      8
#define NT_CREATE_ATTRIBUTES_AT 44
#define OPEN_ANDX_FLAGS_AT      5
#define OPEN_ANDX_ATTRIBUTES_AT 7
#define OLD_ATTRIBUTES_AT       3

#define LOCK_OPLOCK_RELEASE 0x02
#define LOCK_CANCEL         0x08

/* ---- Opening ---- */

static void put_open(sb_msg *m, const scn_request *r)
{
    static const unsigned nt[] = {0x10, 0x12, 0x16, 0x16}, old[] = {0, 2, 4 | 2, 2};
    switch (r->command) {
    case 0xa2:
        sb_nt_create_request(m, r->path);
        if (r->oplock >= 0) sb_set_le32(m->out, m->block + NT_CREATE_FLAGS_AT, nt[r->oplock]);
        break;
    case 0x2d:
        sb_open_andx_request(m, r->path);
        sb_set_le16(m->out, m->block + OPEN_ANDX_FLAGS_AT, r->oplock >= 0 ? old[r->oplock] : 0);
        break;
    default: sb_old_open_request(m, r->command, r->path); break;
    }
}

static void put_open_answer(sb_msg *m, const scn_request *r)
{
    bool granted = r->oplock > 0;
    switch (r->command) {
    case 0xa2:
        sb_nt_create_response(m, scn_fid(r), granted ? (unsigned)r->oplock : 0, r->resource);
        sb_set_le32(m->out, m->block + NT_CREATE_ATTRIBUTES_AT, r->attributes ? r->attributes : 0x80);
        break;
    case 0x2d:
        sb_open_andx_response(m, scn_fid(r), r->resource, granted ? 0x8001 : 1);
        sb_set_le16(m->out, m->block + OPEN_ANDX_ATTRIBUTES_AT, r->attributes & 0xffff);
        break;
    default:
        sb_old_open_response(m, r->command, scn_fid(r));
        if (r->command == 0x02) sb_set_le16(m->out, m->block + OLD_ATTRIBUTES_AT, r->attributes & 0xffff);
        break;
    }
}

/* ---- Locks, breaks ---- */

static void put_locking(sb_msg *m, const scn_request *r)
{
    bool is_break = r->op != SCN_LOCK;
    sb_state_locking_request(m, &(sb_state_lock){.fid = scn_fid(r),
                                                 .type = is_break     ? LOCK_OPLOCK_RELEASE
                                                         : r->cancels ? LOCK_CANCEL
                                                                      : 0,
                                                 .oplock_level = (guint8)r->level,
                                                 .timeout = r->timeout,
                                                 .unlocks = r->unlocks,
                                                 .locks = r->locks});
}

/* ---- Reading, writing ---- */

static void put_read(sb_msg *m, const scn_request *r)
{
    if (r->command == 0x0a)
        sb_state_read_request(m, scn_fid(r), 4096);
    else if (r->command == 0x1b)
        sb_state_bulk_read_request(m, r->command, scn_fid(r), 4096);
    else
        sb_read_andx_request(m, scn_fid(r), 0, 4096);
}

static void put_read_answer(sb_msg *m, const scn_request *r)
{
    if (r->command == 0x0a)
        sb_state_read_response(m, r->len);
    else if (r->command == 0x1b)
        sb_state_read_mpx_response(m, r->len);
    else
        sb_read_andx_response(m, r->len);
}

static void put_write(sb_msg *m, const scn_request *r)
{
    if (r->command == 0x2f)
        sb_write_andx_request(m, scn_fid(r), 0, r->len);
    else if (r->command == 0x1e)
        sb_state_bulk_write_request(m, r->command, scn_fid(r), 0, (unsigned)r->len, r->len);
    else
        sb_state_write_request(m, r->command, scn_fid(r), r->len);
}

static void put_write_answer(sb_msg *m, const scn_request *r)
{
    if (r->command == 0x2f)
        sb_write_andx_response(m, (unsigned)r->len & 0xffff);
    else if (r->command == 0x1e)
        sb_state_write_mpx_response(m);
    else
        sb_state_word(m, r->command, (unsigned)r->len);
}

static void put_close(sb_msg *m, const scn_request *r)
{
    if (r->command == 0x04)
        sb_close_request(m, scn_fid(r));
    else
        sb_state_word(m, r->command, scn_fid(r));
}

/* ---- All of them ---- */

static bool is_transaction(guint8 command)
{
    return command == 0x25 || command == 0x32 || command == 0xa0;
}

bool scn_smb1_file_request(sb_msg *m, const scn_request *r)
{
    if (is_transaction(r->command)) return false;
    switch (r->op) {
    case SCN_OPEN: put_open(m, r); return true;
    case SCN_CLOSE: put_close(m, r); return true;
    case SCN_FLUSH: sb_state_word(m, r->command, scn_fid(r)); return true;
    case SCN_READ: put_read(m, r); return true;
    case SCN_WRITE:
    case SCN_WRITE_AND_CLOSE: put_write(m, r); return true;
    case SCN_LOCK:
    case SCN_BREAK:
    case SCN_BREAK_ACK: put_locking(m, r); return true;
    case SCN_READ_RAW: sb_state_bulk_read_request(m, 0x1a, scn_fid(r), 0xffff); return true;
    case SCN_WRITE_RAW:
        sb_state_bulk_write_request(m, 0x1d, scn_fid(r), r->behind ? 0 : 1, (unsigned)r->len, 0);
        return true;
    case SCN_FIND_CLOSE2: sb_state_word(m, r->command, scn_sid(r)); return true;
    case SCN_SEARCH:
    case SCN_FIND_CLOSE: sb_state_search_request(m, r->command, r->path, r->cookie); return true;
    default: return false;
    }
}

bool scn_smb1_file_answer(sb_msg *m, const scn_request *r)
{
    if (is_transaction(r->command)) return false;
    switch (r->op) {
    case SCN_OPEN: put_open_answer(m, r); return true;
    case SCN_CLOSE:
    case SCN_FLUSH:
    case SCN_FIND_CLOSE2: sb_empty(m, r->command); return true;
    case SCN_READ: put_read_answer(m, r); return true;
    case SCN_WRITE:
    case SCN_WRITE_AND_CLOSE: put_write_answer(m, r); return true;
    case SCN_LOCK:
    case SCN_BREAK_ACK: sb_state_locking_response(m); return true;
    case SCN_BREAK: put_locking(m, r); return true;
    case SCN_WRITE_RAW: sb_state_word(m, 0x1d, 0xffff); return true;
    case SCN_WRITE_COMPLETE: sb_state_word(m, 0x20, (unsigned)r->len); return true;
    case SCN_SEARCH: sb_state_search_response(m, r->command, r->count, r->cookie); return true;
    case SCN_FIND_CLOSE: sb_state_search_response(m, r->command, 0, r->cookie); return true;
    default: return false;
    }
}
