/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/blank.h"

#include "smb/nbss.h"

#include <string.h>

void smbt_blank_memory_clear(smbt_blank_memory *memory)
{
    smbt_pairing_clear(&memory->transactions);
}

/* How many of n bytes at an offset were captured. */
static size_t captured_of(const smbt_blank *b, size_t at, size_t n)
{
    if (at >= b->message.captured) return 0;
    return MIN(n, b->message.captured - at);
}

static void use(smbt_blank *b, size_t end)
{
    b->used = MAX(b->used, end);
}

void smbt_blank_keep(smbt_blank *b, size_t at, size_t n)
{
    size_t captured = captured_of(b, at, n);
    smbt_cur c = smbt_blank_region(b, at, captured);
    const uint8_t *bytes = captured ? smbt_cur_bytes(&c, captured) : NULL;
    if (!bytes) return;
    memcpy(b->out + at, bytes, captured);
    use(b, at + captured);
}

size_t smbt_blank_offset(const smbt_blank *b, const smbt_cur *c)
{
    return (size_t)(c->data - b->message.data) + c->pos;
}

smbt_cur smbt_blank_region(const smbt_blank *b, size_t at, size_t n)
{
    smbt_cur c = smbt_cur_init(b->message.data, b->message.captured, b->message.declared);
    smbt_cur_seek(&c, at);
    return smbt_cur_sub(&c, n);
}

void smbt_blank_keep_next(smbt_blank *b, smbt_cur *c, size_t n)
{
    n = MIN(n, smbt_cur_left(c));
    size_t at = smbt_blank_offset(b, c);
    if (n && smbt_cur_left_captured(c)) smbt_blank_keep(b, at, MIN(n, smbt_cur_left_captured(c)));
    smbt_cur_skip(c, n);
}

void smbt_blank_text_next(smbt_blank *b, smbt_cur *c, size_t n, enum smbt_anon_kind kind,
                          enum smbt_anon_charset charset)
{
    n = MIN(n, smbt_cur_left(c));
    size_t captured = MIN(n, smbt_cur_left_captured(c)), at = smbt_blank_offset(b, c);
    smbt_cur text = *c;
    const uint8_t *bytes = captured ? smbt_cur_bytes(&text, captured) : NULL;
    if (bytes) {
        smbt_pseudonym_text(b->key, kind, charset, bytes, b->out + at, captured);
        use(b, at + captured);
    }
    smbt_cur_skip(c, n);
}

void smbt_blank_id_next(smbt_blank *b, smbt_cur *c, size_t n)
{
    size_t at = smbt_blank_offset(b, c);
    const uint8_t *bytes = smbt_cur_bytes(c, n);
    if (!bytes) return;
    memcpy(b->out + at, bytes, n);
    smbt_anon_key_id(b->key, b->out + at, n);
    use(b, at + n);
}

/* NEGATIVE: a code. RETARGET: an address and a port (RFC 1002 4.3.5). */
static void blank_refusal(smbt_blank *b, uint8_t type)
{
    smbt_cur c = b->message;
    if (type == SMBT_NBSS_NEGATIVE) {
        smbt_blank_keep(b, 0, 1);
        return;
    }
    size_t at = smbt_blank_offset(b, &c);
    const uint8_t *address = smbt_cur_bytes(&c, 4);
    if (!address) return;
    memcpy(b->out + at, address, 4);
    smbt_anon_key_address(b->key, b->out + at, 4);
    use(b, at + 4);
    smbt_blank_keep_next(b, &c, 2);
}

static void blank_smb(smbt_blank *b, smbt_blank_memory *memory)
{
    smbt_cur c = b->message;
    uint32_t protocol = smbt_cur_be32(&c);
    bool is_smb2 = protocol == 0xfe534d42 || protocol == 0xfd534d42 || protocol == 0xfc534d42;
    if (protocol != 0xff534d42 && !is_smb2) return; /* data without a header, or cut off before it tells */
    smbt_blank_keep(b, 0, 4);
    if (is_smb2)
        smbt_blank_smb2(b);
    else
        smbt_blank_smb1(b, memory);
}

void smbt_blank_message(smbt_blank *b, uint8_t type, smbt_blank_memory *memory)
{
    memset(b->out, 0, b->message.captured);
    b->used = 0;
    switch (type) {
    case SMBT_NBSS_MESSAGE: blank_smb(b, memory); break;
    case SMBT_NBSS_REQUEST: smbt_blank_session_request(b); break;
    case SMBT_NBSS_NEGATIVE:
    case SMBT_NBSS_RETARGET: blank_refusal(b, type); break;
    default: break;
    }
}
