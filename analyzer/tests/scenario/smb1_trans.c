/* What SMB1 transactions carry: setup words, parameters, data.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"
#include "support/smb_build_state.h"

/* 2024-03-01 00:00 UTC as FILETIME. */
#define SOME_TIME UINT64_C(133537248000000000)

#define INFO_BASIC     0x0101 /* SMB_QUERY_FILE_BASIC_INFO */
#define INFO_SIZE      0x0103 /* SMB_QUERY_FS_SIZE_INFO */
#define INFO_BOTH_DIRS 0x0104 /* SMB_FIND_FILE_BOTH_DIRECTORY_INFO */

typedef struct content {
    GByteArray *parameters, *data;
    guint16 setup[5];
    gsize setups;
} content;

static void text(GByteArray *out, const char *s)
{
    sb_utf16(out, s);
    sb_le16(out, 0);
}

static void basic_info(GByteArray *out)
{
    for (int i = 0; i < 4; i++)
        sb_le64(out, SOME_TIME);
    sb_le32(out, 0x80);
    sb_le32(out, 0);
}

/* ---- TRANSACTION on a pipe ---- */

static void ask_pipe(content *t, const scn_request *r)
{
    bool by_name = r->subcommand == 0x53 || r->subcommand == 0x54;
    bool sends =
        r->subcommand == 0x26 || r->subcommand == 0x31 || r->subcommand == 0x37 || r->subcommand == 0x54;
    t->setup[1] = by_name ? 0 : scn_fid(r);
    t->setups = 2;
    if (r->subcommand == 0x01) sb_le16(t->parameters, 0x0100);
    if (r->subcommand == 0x22) sb_le16(t->parameters, 1);
    if (sends) sb_fill(t->data, 0xda, r->len);
}

static void answer_pipe(content *t, const scn_request *r)
{
    switch (r->subcommand) {
    case 0x21:
    case 0x31:
    case 0x37: sb_le16(t->parameters, 64); break;
    case 0x23: sb_fill(t->parameters, 0, 6); break;
    case 0x22: sb_fill(t->data, 0, 8); break;
    case 0x11:
    case 0x26:
    case 0x36:
    case 0x54: sb_fill(t->data, 0xdb, r->len); break;
    default: break;
    }
}

/* ---- TRANSACTION2 ---- */

static void ask_open2(content *t, const scn_request *r)
{
    sb_le16(t->parameters, r->oplock == 2 ? 6 : r->oplock > 0 ? 2 : 0);
    sb_le16(t->parameters, 0x42);
    sb_fill(t->parameters, 0, 2 + 2 + 4);
    sb_le16(t->parameters, 1);
    sb_fill(t->parameters, 0, 4 + 10);
    text(t->parameters, r->path);
}

static void ask_trans2(content *t, const scn_request *r)
{
    GByteArray *p = t->parameters;
    t->setups = 1;
    switch (r->subcommand) {
    case 0x00: ask_open2(t, r); break;
    case 0x01: /* FIND_FIRST2 */
        sb_le16(p, 0x16);
        sb_le16(p, 100);
        sb_le16(p, r->flags);
        sb_le16(p, INFO_BOTH_DIRS);
        sb_le32(p, 0);
        text(p, r->path);
        break;
    case 0x02: /* FIND_NEXT2 */
        sb_le16(p, scn_sid(r));
        sb_le16(p, 100);
        sb_le16(p, INFO_BOTH_DIRS);
        sb_le32(p, 0);
        sb_le16(p, r->flags);
        text(p, r->path);
        break;
    case 0x03: sb_le16(p, INFO_SIZE); break;
    case 0x05:
    case 0x06: /* by path */
        sb_le16(p, INFO_BASIC);
        sb_le32(p, 0);
        text(p, r->path);
        if (r->subcommand == 0x06) basic_info(t->data);
        break;
    case 0x07:
    case 0x08: /* by FID */
        sb_le16(p, scn_fid(r));
        sb_le16(p, INFO_BASIC);
        if (r->subcommand == 0x07) break;
        sb_le16(p, 0);
        basic_info(t->data);
        break;
    case 0x0d: /* CREATE_DIRECTORY */
        sb_le32(p, 0);
        text(p, r->path);
        break;
    case 0x10: /* GET_DFS_REFERRAL */
        sb_le16(p, 3);
        text(p, r->path);
        break;
    default: sb_fill(p, 0, 16); break;
    }
}

static void answer_open2(GByteArray *p, const scn_request *r)
{
    sb_le16(p, scn_fid(r));
    sb_le16(p, r->attributes);
    sb_le32(p, 0);
    sb_le32(p, 4000);
    sb_le16(p, 2);
    sb_le16(p, r->resource);
    sb_le16(p, 0);
    sb_le16(p, r->oplock > 0 ? 0x8001 : 1);
    sb_fill(p, 0, 4 + 2 + 4);
}

/* Entries of SMB_FIND_FILE_BOTH_DIRECTORY_INFO. */
static void put_entries(GByteArray *out, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        const unsigned size = 94 + 2 * 12;
        sb_le32(out, i + 1 < n ? size : 0);
        sb_le32(out, i);
        for (int k = 0; k < 4; k++)
            sb_le64(out, SOME_TIME);
        sb_le64(out, 4000);
        sb_le64(out, 4096);
        sb_le32(out, 0x20);
        sb_le32(out, 2 * 12);
        sb_fill(out, 0, 4 + 1 + 1 + 24);
        sb_utf16(out, "accounts.xls");
    }
}

static void answer_trans2(content *t, const scn_request *r)
{
    GByteArray *p = t->parameters;
    switch (r->subcommand) {
    case 0x00: answer_open2(p, r); break;
    case 0x01:
    case 0x02:
        if (r->subcommand == 0x01) sb_le16(p, scn_sid(r));
        sb_le16(p, r->count);
        sb_le16(p, r->ends);
        sb_le16(p, 0);
        sb_le16(p, 0);
        put_entries(t->data, r->count);
        break;
    case 0x03:
        sb_le64(t->data, 1000000);
        sb_le64(t->data, 500000);
        sb_le32(t->data, 8);
        sb_le32(t->data, 512);
        break;
    case 0x05:
    case 0x07:
        sb_le16(p, 0);
        basic_info(t->data);
        break;
    case 0x10: sb_fill(t->data, 0, 8); break;
    default: sb_le16(p, 0); break;
    }
}

/* ---- NT_TRANSACT ---- */

static void ask_nt_create(content *t, const scn_request *r)
{
    static const unsigned flags[] = {0, 2, 6, 6};
    GByteArray *p = t->parameters;
    g_autoptr(GByteArray) name = g_byte_array_new();
    sb_utf16(name, r->path);
    sb_le32(p, r->oplock >= 0 ? flags[r->oplock] : 6);
    sb_le32(p, 0);
    sb_le32(p, 0x0002019f);
    sb_le64(p, 0);
    sb_le32(p, 0);
    sb_le32(p, 7);
    sb_le32(p, 1);
    sb_le32(p, 0x40);
    sb_le32(p, 0);
    sb_le32(p, 0);
    sb_le32(p, name->len);
    sb_le32(p, 2);
    sb_u8(p, 3);
    sb_u8(p, 0); /* the name is aligned */
    sb_append(p, name);
}

static void ask_nt(content *t, const scn_request *r)
{
    t->setups = 1;
    switch (r->subcommand) {
    case 0x01: ask_nt_create(t, r); break;
    case 0x02: /* IOCTL */
        t->setup[1] = 0x0060;
        t->setup[2] = 0x0014;
        t->setup[3] = scn_fid(r);
        t->setup[4] = 1;
        t->setups = 5;
        break;
    case 0x04: /* NOTIFY_CHANGE */
        t->setup[1] = 0x0017;
        t->setup[3] = scn_fid(r);
        t->setups = 5;
        break;
    default:
        sb_le16(t->parameters, scn_fid(r));
        sb_le16(t->parameters, 0);
        sb_le32(t->parameters, 7);
        break;
    }
}

static void answer_nt_create(GByteArray *p, const scn_request *r)
{
    sb_u8(p, r->oplock > 0 ? (unsigned)r->oplock : 0);
    sb_u8(p, 0);
    sb_le16(p, scn_fid(r));
    sb_le32(p, 1);
    sb_le32(p, 0);
    for (int i = 0; i < 4; i++)
        sb_le64(p, SOME_TIME);
    sb_le32(p, r->attributes ? r->attributes : 0x80);
    sb_le64(p, 4096);
    sb_le64(p, 4000);
    sb_le16(p, r->resource);
    sb_le16(p, 0);
    sb_u8(p, 0);
}

static void answer_nt(content *t, const scn_request *r)
{
    GByteArray *p = t->parameters;
    switch (r->subcommand) {
    case 0x01: answer_nt_create(p, r); break;
    case 0x04: /* one entry: modified */
        sb_le32(p, 0);
        sb_le32(p, 3);
        sb_le32(p, 2 * 12);
        sb_utf16(p, "accounts.xls");
        break;
    case 0x06: /* a security descriptor without anything */
        sb_le32(p, 20);
        sb_le32(t->data, 0x80000001);
        sb_fill(t->data, 0, 16);
        break;
    default: break;
    }
}

/* ---- All of them ---- */

static content content_new(const scn_request *r)
{
    return (content){.parameters = g_byte_array_new(), .data = g_byte_array_new(), .setup = {r->subcommand}};
}

static void content_free(content *t)
{
    g_byte_array_unref(t->parameters);
    g_byte_array_unref(t->data);
}

static sb_state_transaction transaction_of(const content *t, const scn_request *r, unsigned part,
                                           unsigned parts)
{
    sb_state_transaction s = {.command = r->command,
                              .part = part,
                              .parts = parts,
                              .setups = t->setups,
                              .parameters = t->parameters,
                              .data = t->data,
                              .name = r->path ? r->path : ""};
    for (gsize i = 0; i < t->setups; i++)
        s.setup[i] = t->setup[i];
    return s;
}

void scn_smb1_transaction_request(sb_msg *m, const scn_request *r, unsigned part)
{
    content t = content_new(r);
    if (r->command == 0x25)
        ask_pipe(&t, r);
    else if (r->command == 0x32)
        ask_trans2(&t, r);
    else
        ask_nt(&t, r);
    sb_state_transaction s = transaction_of(&t, r, part, r->parts);
    sb_state_transaction_request(m, &s);
    content_free(&t);
}

void scn_smb1_transaction_answer(sb_msg *m, const scn_request *r, unsigned part, unsigned parts)
{
    content t = content_new(r);
    if (r->command == 0x25)
        answer_pipe(&t, r);
    else if (r->command == 0x32)
        answer_trans2(&t, r);
    else
        answer_nt(&t, r);
    sb_state_transaction s = transaction_of(&t, r, part, parts);
    sb_state_transaction_response(m, &s);
    content_free(&t);
}
