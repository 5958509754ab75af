/* A permutation of all names of one shape, by the key: a Feistel network whose halves are the even and the
 * odd characters, each a number below the size of its alphabet. So no table of names is needed, and no two
 * names collide.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/pseudonym.h"

#include "anonymize/vocabulary.h"
#include "base/cursor.h"

#include <string.h>

#define ROUNDS 10
/* Characters that are permuted together; longer parts are cut up. */
#define PART_MAX 128
/* Pseudonyms that are remembered; then all are forgotten, and made again. */
#define REMEMBERED 65536

#define UNSHOWABLE_ASCII 0x01 /* what is shown as a replacement character is shown so again */
#define UNSHOWABLE_UTF16 0xfffd
#define UNSHOWABLE_OEM   0xfe

/* Alphabets: a character becomes another of its own. Those without gaps only. */
static const struct alphabet {
    uint16_t first, size;
} alphabets[] = {
    {'a', 26},   {'A', 26},    {'0', 10},    {0xc0, 400},     {0x391, 17},
    {0x3b1, 25}, {0x410, 64},  {0x5d0, 27},  {0x621, 26},     {0x641, 10},
    {0xe01, 46}, {0x3041, 86}, {0x30a1, 90}, {0x4e00, 20902}, {0xac00, 11172},
};
enum { LOWER, UPPER, FIRST_CASELESS };

struct character {
    uint8_t alphabet;
    uint16_t value;
};

/* What of a part is permuted, and where it came from. */
struct part {
    unsigned count;
    struct character character[PART_MAX];
    uint16_t *unit[PART_MAX];
};

static const struct alphabet *alphabet_of(const struct character *c)
{
    return &alphabets[c->alphabet];
}

static bool find_character(uint16_t unit, struct character *ret_character)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(alphabets); i++) {
        const struct alphabet *a = &alphabets[i];
        if (unit < a->first || unit - a->first >= a->size) continue;
        *ret_character = (struct character){.alphabet = (uint8_t)i, .value = (uint16_t)(unit - a->first)};
        return true;
    }
    return false;
}

/* ---- The permutation ------------------------------------------------------------------------------------*/

struct stream {
    const smbt_anon_key *key;
    GByteArray *input; /* its last byte counts blocks */
    uint8_t block[32];
    unsigned used;
};

static uint32_t next_number(struct stream *s)
{
    if (s->used == sizeof s->block) {
        smbt_anon_key_digest(s->key, "name", s->input->data, s->input->len, s->block);
        s->input->data[s->input->len - 1]++;
        s->used = 0;
    }
    uint32_t number;
    memcpy(&number, s->block + s->used, sizeof number);
    s->used += sizeof number;
    return GUINT32_FROM_LE(number);
}

static void append_number(GByteArray *to, uint16_t number)
{
    uint8_t bytes[2] = {(uint8_t)number, (uint8_t)(number >> 8)};
    g_byte_array_append(to, bytes, 2);
}

/* Adds to each character of one half what the other half and the key say. */
static void permute_half(const smbt_anon_key *key, struct part *part, unsigned half, unsigned round)
{
    g_autoptr(GByteArray) input = g_byte_array_new();
    append_number(input, (uint16_t)round);
    for (unsigned i = 0; i < part->count; i++) {
        const struct character *c = &part->character[i];
        append_number(input, c->alphabet == UPPER ? LOWER : c->alphabet);
        if (i % 2 != half) append_number(input, c->value);
    }
    append_number(input, 0);
    struct stream s = {.key = key, .input = input, .used = sizeof s.block};
    for (unsigned i = half; i < part->count; i += 2) {
        struct character *c = &part->character[i];
        c->value = (uint16_t)((c->value + next_number(&s) % alphabet_of(c)->size) % alphabet_of(c)->size);
    }
}

static void permute(smbt_anon_key *key, struct part *part)
{
    g_autoptr(GByteArray) shape = g_byte_array_new();
    for (unsigned i = 0; i < part->count; i++) {
        const struct character *c = &part->character[i];
        append_number(shape, c->alphabet == UPPER ? LOWER : c->alphabet);
        append_number(shape, c->value);
    }
    GBytes *name = g_byte_array_free_to_bytes(g_steal_pointer(&shape));
    GBytes *known = g_hash_table_lookup(key->pseudonyms, name);
    if (known) {
        const uint16_t *values = g_bytes_get_data(known, NULL);
        for (unsigned i = 0; i < part->count; i++)
            part->character[i].value = values[i];
        g_bytes_unref(name);
        return;
    }
    for (unsigned round = 0; round < ROUNDS; round++)
        permute_half(key, part, round % 2, round);
    uint16_t values[PART_MAX];
    for (unsigned i = 0; i < part->count; i++)
        values[i] = part->character[i].value;
    if (g_hash_table_size(key->pseudonyms) >= REMEMBERED) g_hash_table_remove_all(key->pseudonyms);
    g_hash_table_insert(key->pseudonyms, name, g_bytes_new(values, part->count * sizeof *values));
}

static void finish_part(smbt_anon_key *key, struct part *part)
{
    if (part->count == 0) return;
    permute(key, part);
    for (unsigned i = 0; i < part->count; i++)
        *part->unit[i] = (uint16_t)(alphabet_of(&part->character[i])->first + part->character[i].value);
    part->count = 0;
}

/* ---- Texts ----------------------------------------------------------------------------------------------*/

static uint16_t unshowable(uint16_t unit, enum smbt_anon_charset charset)
{
    if (unit < 0x80) return unit >= 0x20 && unit != 0x7f ? unit : UNSHOWABLE_ASCII;
    return charset == SMBT_ANON_OEM ? UNSHOWABLE_OEM : UNSHOWABLE_UTF16;
}

static void map_part(smbt_anon_key *key, enum smbt_anon_charset charset, uint16_t *units, size_t n)
{
    struct part part = {0};
    for (size_t i = 0; i < n; i++) {
        struct character c;
        bool is_letter = charset == SMBT_ANON_UTF16 || units[i] < 0x80;
        if (!is_letter || !find_character(units[i], &c)) {
            units[i] = unshowable(units[i], charset);
            continue;
        }
        part.character[part.count] = c;
        part.unit[part.count++] = &units[i];
        if (part.count == PART_MAX) finish_part(key, &part);
    }
    finish_part(key, &part);
}

static bool is_word(uint16_t unit)
{
    return unit >= 0x80 || g_ascii_isalnum((char)unit);
}

/* What parts end at. */
static bool separates(enum smbt_anon_kind kind, uint16_t unit)
{
    if (kind == SMBT_ANON_PRODUCT) return !is_word(unit);
    return unit < 0x80 && strchr(kind == SMBT_ANON_PATH ? "\\/:@" : ".\\/:@", unit);
}

#define WORD_MAX 40

static bool is_in_vocabulary(enum smbt_anon_kind kind, const uint16_t *units, size_t n)
{
    char word[WORD_MAX];
    if (n == 0 || n > WORD_MAX) return false;
    for (size_t i = 0; i < n; i++) {
        if (units[i] >= 0x80) return false;
        word[i] = (char)units[i];
    }
    if (kind == SMBT_ANON_NAME) return smbt_vocabulary_is_nobodys(word, n);
    return kind == SMBT_ANON_PATH ? smbt_vocabulary_is_path(word, n) : smbt_vocabulary_is_product(word, n);
}

/* An address in a path is one name. */
static bool is_dotted_number(const uint16_t *units, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (units[i] != '.' && (units[i] < '0' || units[i] > '9')) return false;
    return true;
}

/* The length of what looks like an IPv4 address, four numbers up to 255 with dots between, or 0. */
static size_t address_length(const uint16_t *units, size_t n)
{
    size_t at = 0;
    for (unsigned part = 0; part < 4; part++) {
        if (part && (at == n || units[at++] != '.')) return 0;
        unsigned value = 0;
        size_t digits = 0;
        for (; at < n && digits < 4 && units[at] >= '0' && units[at] <= '9'; digits++)
            value = value * 10 + (units[at++] - '0');
        if (digits == 0 || value > 255) return 0;
    }
    return at < n && (units[at] == '.' || is_word(units[at])) ? 0 : at;
}

static void map_units(smbt_anon_key *key, enum smbt_anon_kind kind, enum smbt_anon_charset charset,
                      uint16_t *units, size_t n)
{
    for (size_t at = 0, end; at < n; at = end + 1) {
        size_t address = kind == SMBT_ANON_PRODUCT ? address_length(units + at, n - at) : 0;
        for (end = at + address; !address && end < n && !separates(kind, units[end]);)
            end++;
        if (address) {
            map_part(key, charset, units + at, address);
            continue;
        }
        if (is_in_vocabulary(kind, units + at, end - at)) continue;
        /* A host's name within a path has dots too. */
        if (kind == SMBT_ANON_PATH && !is_dotted_number(units + at, end - at))
            map_units(key, SMBT_ANON_NAME, charset, units + at, end - at);
        else
            map_part(key, charset, units + at, end - at);
    }
}

void smbt_pseudonym_text(smbt_anon_key *key, enum smbt_anon_kind kind, enum smbt_anon_charset charset,
                         const uint8_t *in, uint8_t *out, size_t n)
{
    size_t size = charset == SMBT_ANON_UTF16 ? 2 : 1, count = 0;
    g_autofree uint16_t *units = g_new(uint16_t, n / size + 1);
    smbt_cur c = smbt_cur_init(in, n, n);
    while (smbt_cur_left(&c) >= size) {
        uint16_t unit = size == 2 ? smbt_cur_le16(&c) : smbt_cur_u8(&c);
        if (!unit) break;
        units[count++] = unit;
    }
    /* No product has a backslash in its name: what a damaged message, or a strange one, has in its place. */
    for (size_t i = 0; kind == SMBT_ANON_PRODUCT && i < count; i++)
        if (units[i] == '\\') kind = SMBT_ANON_PATH;
    if (kind == SMBT_ANON_SECRET)
        for (size_t i = 0; i < count; i++)
            units[i] = 'x';
    else
        map_units(key, kind, charset, units, count);
    memset(out, 0, n);
    for (size_t i = 0; i < count; i++) {
        out[i * size] = (uint8_t)units[i];
        if (size == 2) out[i * size + 1] = (uint8_t)(units[i] >> 8);
    }
}
