/* An anonymizer whose frames are kept, as a capture would: amended where they lie.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_ANONYMIZE_COPY_H
#define SMBT_TESTS_ANONYMIZE_COPY_H

#include "anonymize/cipher.h"

#define T_UNUSED_FN static G_GNUC_UNUSED

typedef struct t_copied {
    smbt_frame frame; /* its data is owned */
} t_copied;

typedef struct t_copy {
    smbt_anonymizer *anonymizer;
    GArray *frames; /* of t_copied */
    unsigned amended;
} t_copy;

static uint64_t t_copy_frame(const smbt_frame *frame, void *user)
{
    t_copy *copy = user;
    t_copied copied = {.frame = *frame};
    copied.frame.data = g_memdup2(frame->data, frame->caplen);
    g_array_append_val(copy->frames, copied);
    return copy->frames->len - 1;
}

static void t_copy_amend(uint64_t place, uint32_t at, const uint8_t *bytes, uint32_t n, void *user)
{
    t_copy *copy = user;
    g_assert_cmpuint(place, <, copy->frames->len);
    const smbt_frame *frame = &g_array_index(copy->frames, t_copied, place).frame;
    g_assert_cmpuint(at, <=, frame->caplen);
    g_assert_cmpuint(n, <=, frame->caplen - at);
    memcpy((uint8_t *)frame->data + at, bytes, n);
    copy->amended++;
}

T_UNUSED_FN void t_copy_start(t_copy *copy)
{
    smbt_anonymize_cipher cipher = t_cipher("copy");
    smbt_anonymize_output output = {.frame = t_copy_frame, .amend = t_copy_amend, .user = copy};
    copy->frames = g_array_new(FALSE, FALSE, sizeof(t_copied));
    copy->amended = 0;
    copy->anonymizer = smbt_anonymizer_new(&cipher, &output);
}

/* The first `caplen` bytes of a frame, from a buffer of exactly that size. Frees `bytes`. */
T_UNUSED_FN void t_copy_push(t_copy *copy, uint64_t number, int linktype, GByteArray *bytes, unsigned caplen)
{
    uint8_t *exact = g_malloc(caplen ? caplen : 1);
    if (caplen) memcpy(exact, bytes->data, caplen);
    smbt_frame frame = {.number = number,
                        .time = number * 1000,
                        .linktype = linktype,
                        .caplen = caplen,
                        .len = bytes->len,
                        .data = exact};
    smbt_anonymizer_push(copy->anonymizer, &frame);
    g_free(exact);
    g_byte_array_unref(bytes);
}

T_UNUSED_FN const smbt_frame *t_copy_get(const t_copy *copy, unsigned index)
{
    g_assert_cmpuint(index, <, copy->frames->len);
    return &g_array_index(copy->frames, t_copied, index).frame;
}

T_UNUSED_FN void t_copy_finish(t_copy *copy)
{
    smbt_anonymizer_finish(copy->anonymizer);
}

T_UNUSED_FN void t_copy_free(t_copy *copy)
{
    smbt_anonymizer_free(copy->anonymizer);
    for (guint i = 0; i < copy->frames->len; i++)
        g_free((void *)g_array_index(copy->frames, t_copied, i).frame.data);
    g_array_unref(copy->frames);
}

/* Whether n bytes are somewhere among others. */
T_UNUSED_FN bool t_has(const uint8_t *in, size_t len, const void *bytes, size_t n)
{
    return len >= n && memmem(in, len, bytes, n) != NULL;
}

#endif
