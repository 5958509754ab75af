/* Messages as numbers: equal for equal messages however they were captured, and which of them are like no
 * other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/fingerprint.h"

#include <glib.h>
#include <string.h>

enum { LEN = 300, SMB = 4 };

/* A message of LEN bytes behind the four-byte header. */
static void make(uint8_t bytes[SMB + LEN], const char *magic, uint8_t command)
{
    for (int i = 0; i < SMB + LEN; i++)
        bytes[i] = (uint8_t)(i * 7);
    memcpy(bytes, "\x00\x00\x01\x2c", 4);
    memcpy(bytes + SMB, magic, 4);
    if (magic[0] == '\xff') {
        bytes[SMB + 4] = command;
        memset(bytes + SMB + 9, 0, 23); /* flags, flags2, signature ... */
    } else {
        bytes[SMB + 12] = command;
        bytes[SMB + 13] = 0;
        memset(bytes + SMB + 16, 0, 4);
        memset(bytes + SMB + 48, 0, 16);
    }
}

static smbt_fingerprint take(const uint8_t *bytes, size_t captured)
{
    smbt_fingerprint print = {0};
    g_assert_true(smbt_fingerprint_take(smbt_cur_init(bytes, captured, SMB + LEN), &print));
    return print;
}

static void test_lengths(void)
{
    uint8_t bytes[SMB + LEN];
    make(bytes, "\xffSMB", 0x2e);
    smbt_fingerprint whole = take(bytes, SMB + LEN);
    g_assert_cmpuint(whole.body, !=, 0);
    for (size_t n = 0; n < SMB + LEN; n++) {
        smbt_fingerprint print;
        uint8_t *exact = g_memdup2(bytes, n);
        bool ok = smbt_fingerprint_take(smbt_cur_init(exact ? exact : bytes, n, SMB + LEN), &print);
        g_assert_cmpint(ok, ==, n >= 24);
        if (ok) {
            g_assert_cmpuint(print.head, ==, whole.head);
            g_assert_cmpuint(print.body, ==, n >= 96 ? whole.body : 0);
            g_assert_false(print.is_unique);
        }
        g_free(exact);
    }
}

/* A segment of which the sender sent no more than the beginning of the message. */
static void test_split(void)
{
    uint8_t bytes[SMB + LEN];
    make(bytes, "\xffSMB", 0x2e);
    smbt_fingerprint print;
    g_assert_true(smbt_fingerprint_take(smbt_cur_init(bytes, 60, 60), &print));
    g_assert_cmpuint(print.head, ==, take(bytes, SMB + LEN).head);
    g_assert_cmpuint(print.body, ==, 0);
}

/* A short message is hashed whole, and not what stands behind it. */
static void test_short(void)
{
    uint8_t bytes[SMB + LEN], other[SMB + LEN];
    make(bytes, "\xffSMB", 0x2e);
    memcpy(bytes, "\x00\x00\x00\x28", 4);
    memcpy(other, bytes, sizeof bytes);
    other[SMB + 0x28]++;
    g_assert_cmpuint(take(bytes, SMB + LEN).body, ==, take(other, SMB + LEN).body);
    other[SMB + 0x27]++;
    g_assert_cmpuint(take(bytes, SMB + LEN).body, !=, take(other, SMB + LEN).body);
}

static void test_what_counts(void)
{
    static const size_t of_head[] = {3, SMB + 4, SMB + 5, SMB + 10}, of_body[] = {SMB + 24, SMB + 30, 95};
    uint8_t bytes[SMB + LEN];
    make(bytes, "\xffSMB", 0x2e);
    smbt_fingerprint plain = take(bytes, SMB + LEN);
    for (gsize i = 0; i < G_N_ELEMENTS(of_head); i++) {
        bytes[of_head[i]]++;
        g_assert_cmpuint(take(bytes, SMB + LEN).head, !=, plain.head);
        bytes[of_head[i]]--;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(of_body); i++) {
        bytes[of_body[i]]++;
        g_assert_cmpuint(take(bytes, SMB + LEN).head, ==, plain.head);
        g_assert_cmpuint(take(bytes, SMB + LEN).body, !=, plain.body);
        bytes[of_body[i]]--;
    }
}

static void test_signed_smb1(void)
{
    uint8_t bytes[SMB + LEN];
    make(bytes, "\xffSMB", 0x2e);
    bytes[SMB + 10] = 4;
    g_assert_false(take(bytes, SMB + LEN).is_unique); /* all zero */
    memcpy(bytes + SMB + 14, "BSRSPYL ", 8);
    g_assert_false(take(bytes, SMB + LEN).is_unique);
    bytes[SMB + 14]++;
    g_assert_true(take(bytes, SMB + LEN).is_unique);
    g_assert_false(take(bytes, 95).is_unique); /* not captured far enough */
    bytes[SMB + 10] = 0;
    g_assert_false(take(bytes, SMB + LEN).is_unique);
}

static void test_signed_smb2(void)
{
    uint8_t bytes[SMB + LEN];
    make(bytes, "\xfeSMB", 8);
    bytes[SMB + 16] = 8;
    g_assert_false(take(bytes, SMB + LEN).is_unique);
    bytes[SMB + 63] = 1;
    g_assert_true(take(bytes, SMB + LEN).is_unique);
    bytes[SMB + 16] = 0;
    g_assert_false(take(bytes, SMB + LEN).is_unique);
    make(bytes, "\xfdSMB", 8);
    g_assert_true(take(bytes, SMB + LEN).is_unique);
}

static void test_ntlm(void)
{
    uint8_t bytes[SMB + LEN];
    make(bytes, "\xffSMB", 0x73);
    memcpy(bytes + 150, "NTLMSSP\0\x02\0\0\0", 12);
    g_assert_false(take(bytes, SMB + LEN).is_unique); /* a challenge in a request */
    bytes[SMB + 9] = 0x80;
    g_assert_true(take(bytes, SMB + LEN).is_unique);
    g_assert_false(take(bytes, SMB + LEN - 1).is_unique);
    bytes[158] = 3;
    g_assert_false(take(bytes, SMB + LEN).is_unique);
    bytes[SMB + 9] = 0;
    bytes[170] = 25, bytes[171] = 0;
    g_assert_true(take(bytes, SMB + LEN).is_unique);
    bytes[170] = 24; /* NTLM 1: follows from the challenge */
    g_assert_false(take(bytes, SMB + LEN).is_unique);
}

static void test_smb1_challenge(void)
{
    uint8_t bytes[SMB + LEN];
    make(bytes, "\xffSMB", 0x72);
    bytes[SMB + 9] = 0x80;
    bytes[SMB + 32] = 17;
    bytes[SMB + 55] = 0;
    bytes[SMB + 66] = 8;
    g_assert_true(take(bytes, SMB + LEN).is_unique);
    bytes[SMB + 55] = 0x80; /* extended security: no challenge there */
    g_assert_false(take(bytes, SMB + LEN).is_unique);
    bytes[SMB + 55] = 0;
    bytes[SMB + 9] = 0;
    g_assert_false(take(bytes, SMB + LEN).is_unique);
}

/* The VcNumber, as soon as it is captured, of session setup requests and of nothing else. */
static void test_vc_number(void)
{
    static const uint8_t words[] = {10, 12, 13};
    uint8_t bytes[SMB + LEN];
    make(bytes, "\xffSMB", 0x73);
    memcpy(bytes + SMB + 41, "\x34\x12", 2);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        bytes[SMB + 32] = words[i];
        for (size_t n = 24; n <= SMB + LEN; n++) {
            uint8_t *exact = g_memdup2(bytes, n);
            smbt_fingerprint print = take(exact, n);
            g_assert_cmpint(print.has_vc, ==, n >= SMB + 43);
            g_assert_cmpuint(print.vc, ==, n >= SMB + 43 ? 0x1234 : 0);
            g_free(exact);
        }
    }
    bytes[SMB + 32] = 11;
    g_assert_false(take(bytes, SMB + LEN).has_vc);
    bytes[SMB + 32] = 12;
    bytes[SMB + 9] = 0x80; /* an answer */
    g_assert_false(take(bytes, SMB + LEN).has_vc);
    make(bytes, "\xffSMB", 0x75);
    bytes[SMB + 32] = 12;
    g_assert_false(take(bytes, SMB + LEN).has_vc);
    make(bytes, "\xfeSMB", 0x73);
    bytes[SMB + 32] = 12;
    g_assert_false(take(bytes, SMB + LEN).has_vc);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fingerprint/lengths", test_lengths);
    g_test_add_func("/fingerprint/split", test_split);
    g_test_add_func("/fingerprint/short", test_short);
    g_test_add_func("/fingerprint/what-counts", test_what_counts);
    g_test_add_func("/fingerprint/signed-smb1", test_signed_smb1);
    g_test_add_func("/fingerprint/signed-smb2", test_signed_smb2);
    g_test_add_func("/fingerprint/ntlm", test_ntlm);
    g_test_add_func("/fingerprint/smb1-challenge", test_smb1_challenge);
    g_test_add_func("/fingerprint/vc-number", test_vc_number);
    return g_test_run();
}
