/* SMB2 and SMB3: the header but for the signature stays, of bodies what smb2_bodies.def says. Of what is
 * encrypted or compressed the header stays in front, without signature and nonce.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/blank.h"

#include "smb/smb2.h"

/* As many as the model looks at. */
#define COMPOUND_MAX 64
#define CONTEXTS_MAX 16

#define SIGNATURE 48 /* in the header, up to its end */

#define PROTOCOL_TRANSFORM  0xfd534d42u
#define PROTOCOL_COMPRESSED 0xfc534d42u

enum variable { NOTHING, PATH, AUTH };

struct range {
    uint8_t at, len;
};

static const struct body {
    uint16_t command;
    bool is_reply;
    uint16_t size;
    enum variable variable;
    uint8_t variable_at;
    struct range keep[3];
} bodies[] = {
#define SMBT_BODY(command, is_reply, size, variable, at, ...)                                                \
    {command, is_reply, size, variable, at, {__VA_ARGS__}},
#include "anonymize/smb2_bodies.def"
#undef SMBT_BODY
};

static const struct body *find_body(uint16_t command, bool is_reply, uint16_t size)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++)
        if (bodies[i].command == command && bodies[i].is_reply == is_reply && bodies[i].size == size)
            return &bodies[i];
    return NULL;
}

/* `message` begins with the header and ends where the next of the compound begins. */
static void blank_variable(smbt_blank *b, const struct body *row, smbt_cur message, smbt_cur body)
{
    smbt_cur_skip(&body, row->variable_at);
    uint16_t offset = smbt_cur_le16(&body), len = smbt_cur_le16(&body);
    if (!smbt_cur_ok(&body) || !len || offset < SMBT_SMB2_HEADER_LEN) return;
    smbt_cur_seek(&message, offset);
    if (row->variable == PATH)
        smbt_blank_text_next(b, &message, len, SMBT_ANON_PATH, SMBT_ANON_UTF16);
    else
        smbt_blank_auth(b, smbt_cur_sub(&message, len));
}

/* ---- NEGOTIATE ------------------------------------------------------------------------------------------*/

#define PREAUTH_CONTEXT     1
#define ENCRYPTION_CONTEXT  2
#define COMPRESSION_CONTEXT 3
#define NETNAME_CONTEXT     5
#define SIGNING_CONTEXT     8

#define OFFERS_MAX    16
#define OFFER_HIGHEST 15 /* ciphers, compressions, signing algorithms are numbered from 0 or 1 on */

/* The count and the numbers behind it, as far as they are ones: a length that is wrong, or a context at a
 * place where there is none, must not let texts through. */
static void keep_offers(smbt_blank *b, smbt_cur context, uint16_t type)
{
    smbt_cur peek = context, offers = context;
    uint16_t count = smbt_cur_le16(&peek);
    if (!smbt_cur_ok(&peek) || count > OFFERS_MAX) return;
    smbt_blank_keep_next(b, &offers, 2);
    if (type == COMPRESSION_CONTEXT) smbt_cur_skip(&offers, 2); /* padding */
    if (type == COMPRESSION_CONTEXT) smbt_cur_skip(&offers, 4); /* flags: 0, or 1 for chained */
    for (unsigned i = 0; i < count; i++) {
        peek = offers;
        uint16_t offer = smbt_cur_le16(&peek);
        if (!smbt_cur_ok(&peek) || offer > OFFER_HIGHEST) return;
        smbt_blank_keep_next(b, &offers, 2);
    }
}

/* Types and lengths of the contexts stay, and what they offer where that is no secret (MS-SMB2 2.2.3.1). */
static void blank_contexts(smbt_blank *b, smbt_cur message, uint32_t offset, unsigned count)
{
    if (offset < SMBT_SMB2_HEADER_LEN) return;
    smbt_cur_seek(&message, offset);
    for (unsigned i = 0; i < MIN(count, CONTEXTS_MAX) && smbt_cur_left(&message); i++) {
        smbt_cur peek = message;
        uint16_t type = smbt_cur_le16(&peek), len = smbt_cur_le16(&peek);
        if (!smbt_cur_ok(&peek) || type == 0 || type > SIGNING_CONTEXT) return;
        smbt_cur head = message;
        smbt_blank_keep_next(b, &head, 4);
        smbt_cur_skip(&message, 8);
        if (type == NETNAME_CONTEXT)
            smbt_blank_text_next(b, &message, len, SMBT_ANON_PATH, SMBT_ANON_UTF16);
        else {
            smbt_cur context = smbt_cur_sub(&message, len);
            if (type == PREAUTH_CONTEXT) /* counts and algorithm, not the salt */
                smbt_blank_keep_next(b, &context, MIN(len, 6));
            else if (type == ENCRYPTION_CONTEXT || type == COMPRESSION_CONTEXT || type == SIGNING_CONTEXT)
                keep_offers(b, context, type);
        }
        size_t misaligned = smbt_blank_offset(b, &message) % 8;
        if (misaligned) smbt_cur_skip(&message, 8 - misaligned);
    }
}

static void blank_negotiate(smbt_blank *b, bool is_reply, smbt_cur message, smbt_cur body)
{
    smbt_cur guid = body, dialects = body, place = body;
    smbt_cur_skip(&guid, is_reply ? 8 : 12);
    smbt_blank_id_next(b, &guid, 16);
    smbt_cur_skip(&place, is_reply ? 6 : 2);
    unsigned count = smbt_cur_le16(&place); /* of dialects, or of contexts */
    if (is_reply) {
        smbt_cur_skip(&place, 52);
        blank_contexts(b, message, smbt_cur_le32(&place), count);
        smbt_blank_keep(b, smbt_blank_offset(b, &body) + 6, 2);
        smbt_blank_keep(b, smbt_blank_offset(b, &body) + 60, 4);
        return;
    }
    smbt_cur_skip(&dialects, 36);
    smbt_blank_keep_next(b, &dialects, MIN(count, 64) * 2u);
    smbt_cur_skip(&place, 24);
    uint32_t offset = smbt_cur_le32(&place);
    count = smbt_cur_le16(&place);
    if (smbt_cur_ok(&place)) blank_contexts(b, message, offset, count);
}

/* ---- Messages -------------------------------------------------------------------------------------------*/

static void blank_one(smbt_blank *b, const smbt_smb2_header *h, smbt_cur message, smbt_cur body)
{
    smbt_cur peek = body;
    uint16_t size = smbt_cur_le16(&peek);
    if (!smbt_cur_ok(&peek)) return;
    const struct body *row = find_body(h->command, h->is_reply, size);
    if (!row) {
        /* An error says what it is in its header. */
        if (h->is_reply && size == 9) smbt_blank_keep_next(b, &body, 8);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(row->keep) && row->keep[i].len; i++) {
        smbt_cur c = body;
        smbt_cur_skip(&c, row->keep[i].at);
        smbt_blank_keep_next(b, &c, row->keep[i].len);
    }
    if (h->command == SMBT_SMB2_NEGOTIATE) blank_negotiate(b, h->is_reply, message, body);
    if (row->variable != NOTHING) blank_variable(b, row, message, body);
}

static void blank_compound(smbt_blank *b)
{
    smbt_cur rest = b->message;
    for (unsigned i = 0; i < COMPOUND_MAX; i++) {
        smbt_smb2_header h;
        smbt_cur message = smbt_cur_sub(&rest, smbt_cur_left(&rest)), c = message;
        if (!smbt_smb2_header_decode(&c, &h)) return;
        smbt_blank_keep(b, smbt_blank_offset(b, &message), SIGNATURE);
        rest = message;
        bool goes_on = h.next >= SMBT_SMB2_HEADER_LEN && h.next <= smbt_cur_left(&rest);
        if (smbt_cur_ok(&c)) blank_one(b, &h, message, c);
        if (!goes_on) return;
        smbt_cur_skip(&rest, h.next);
    }
}

void smbt_blank_smb2(smbt_blank *b)
{
    smbt_cur c = b->message;
    switch (smbt_cur_be32(&c)) {
    case PROTOCOL_TRANSFORM: /* MS-SMB2 2.2.41 */
        smbt_blank_keep(b, 0, 4);
        smbt_blank_keep(b, 36, 16); /* size, flags, SessionId */
        break;
    case PROTOCOL_COMPRESSED: smbt_blank_keep(b, 0, 16); break; /* MS-SMB2 2.2.42 */
    default: blank_compound(b); break;
    }
}
