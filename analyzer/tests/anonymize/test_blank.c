/* What becomes of messages: nothing that names or proves anything is left, and the decoders read from what is
 * left what they read before, by other names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/blanked.h"

/* ---- Shares and files -----------------------------------------------------------------------------------*/

static void build_tree_connect(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_tree_connect_request(&m, UNC, "A:", 0);
    sb_end(&m);
}

static void build_old_tree_connect(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_oem_client);
    sb_old_tree_connect_request(&m, UNC, "A:");
    sb_end(&m);
}

static void test_tree_connect(gconstpointer build)
{
    g_autoptr(GByteArray) out = anonymized((build_fn)build, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_tree_connect_request r;
    g_assert_true(smbt_tree_connect_request_decode(&block, h.flags2, &r));
    assert_shape(r.path.s, UNC);
    g_assert_true(g_str_has_prefix(r.path.s, "\\\\"));
    g_assert_cmpstr(r.service.s, ==, "A:");
}

static void build_nt_create(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_nt_create_request(&m, FILE_PATH);
    sb_end(&m);
}

static void build_open_andx(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_open_andx_request(&m, FILE_PATH);
    sb_end(&m);
}

static void build_old_open(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_oem_client);
    sb_old_open_request(&m, 0x02, FILE_PATH);
    sb_end(&m);
}

static void build_open2(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_trans2_open2_request(&m, 6, FILE_PATH);
    sb_end(&m);
}

static void build_nt_transact_create(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_nt_transact_create_request(&m, 6, FILE_PATH);
    sb_end(&m);
}

static void test_open(gconstpointer build)
{
    g_autoptr(GByteArray) out = anonymized((build_fn)build, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_open_request r;
    if (smbt_command_is_open(h.command)) {
        g_assert_true(smbt_open_request_decode(&block, h.flags2, &r));
    } else {
        smbt_transaction_request t;
        g_assert_true(smbt_transaction_request_decode(&block, &t));
        g_assert_true(smbt_transaction_open_request_decode(&block, t.subcommand, h.flags2, &r));
        g_assert_true(r.wants_oplock);
    }
    assert_shape(r.path.s, FILE_PATH);
}

static void build_find_first2(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_find_first2_request(&m, 2, "\\budget\\*");
    sb_end(&m);
}

static void build_find_first2_response(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_server);
    sb_find_first2_response(&m, 0x1234, 5, TRUE);
    sb_end(&m);
}

/* The answer does not say what it answers. */
static void test_search(void)
{
    smbt_blank_memory memory = {0};
    g_autoptr(GByteArray) request = anonymized(build_find_first2, &memory);
    g_autoptr(GByteArray) answer = anonymized(build_find_first2_response, &memory);
    smbt_cur message = smbt_cur_init(request->data, request->len, request->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_find_request r;
    g_assert_true(smbt_find_request_decode(&block, SMBT_TRANS2_FIND_FIRST2, h.flags2, &r));
    assert_shape(r.path.s, "\\budget\\*");
    g_assert_cmpuint(r.flags, ==, 2);
    message = smbt_cur_init(answer->data, answer->len, answer->len);
    block = first_block(&message, &h);
    smbt_find_response found;
    g_assert_true(smbt_find_response_decode(&block, SMBT_TRANS2_FIND_FIRST2, &found));
    g_assert_true(found.has_sid && found.end_of_search);
    g_assert_cmphex(found.sid, ==, 0x1234);
    smbt_blank_memory_clear(&memory);
    /* Without it nothing of its parameters stays. */
    g_autoptr(GByteArray) alone = anonymized(build_find_first2_response, NULL);
    message = smbt_cur_init(alone->data, alone->len, alone->len);
    block = first_block(&message, &h);
    smbt_find_response_decode(&block, SMBT_TRANS2_FIND_FIRST2, &found);
    g_assert_cmphex(found.sid, ==, 0);
}

static void build_old_search(GByteArray *out)
{
    static const guint8 server_key[5] = {1, 2, 3, 4, 5};
    sb_msg m;
    sb_begin_bare(&m, out, &from_oem_client);
    sb_old_search_request(&m, 0x81, "\\budget\\*.*", server_key);
    sb_end(&m);
}

static void test_old_search(void)
{
    static const guint8 server_key[5] = {1, 2, 3, 4, 5};
    g_autoptr(GByteArray) out = anonymized(build_old_search, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_find_request r;
    g_assert_true(smbt_find_request_decode(&block, 0xffff, h.flags2, &r));
    g_assert_true(r.has_resume_key);
    g_assert_cmpmem(r.resume_key, 5, server_key, 5);
}

/* Bytes of a file, and of a transaction. */
static void build_write(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_write_andx_request(&m, 0x4001, 0, 200);
    sb_end(&m);
    memset(out->data + out->len - 200, PROOF, 200);
}

static void build_pipe(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_transaction_request(
        &m, &(sb_transaction){.command = 0x25, .subcommand = 0x26, .data = 100, .name = "\\PIPE\\"});
    sb_end(&m);
    memset(out->data + out->len - 100, PROOF, 100);
}

static void test_data(gconstpointer build)
{
    g_autoptr(GByteArray) out = anonymized((build_fn)build, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    g_assert_true(block.has_bytes && !block.malformed);
}

/* ---- Messages that are none -----------------------------------------------------------------------------*/

static void test_not_smb(void)
{
    uint8_t in[64], out[64];
    memset(in, PROOF, sizeof in);
    smbt_blank_memory memory = {0};
    smbt_blank b = blank(in, sizeof in, sizeof in, &memory, out);
    g_assert_cmpuint(b.used, ==, 0);
}

/* Bytes changed at random in every kind of message: whatever the decoders make of it, they make no harm. */
static void test_damaged(void)
{
    static const build_fn builders[] = {
        build_setup_unicode, build_type1,     build_type3,      build_challenge,  build_kerberos,
        build_find_first2,   build_nt_create, build_old_search, build_smb2_setup, build_smb2_compound};
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    smbt_blank_memory memory = {0};
    for (unsigned round = 0; round < 4000; round++) {
        g_autoptr(GByteArray) m = g_byte_array_new();
        builders[round % G_N_ELEMENTS(builders)](m);
        for (unsigned i = 0; i < 1 + round % 8; i++)
            m->data[g_rand_int_range(rand, 0, (gint32)m->len)] = (guint8)g_rand_int(rand);
        g_autofree uint8_t *out = g_malloc(m->len);
        blank(m->data, m->len, m->len, &memory, out);
    }
    smbt_blank_memory_clear(&memory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    smbt_anonymize_cipher cipher = t_cipher("k");
    key = smbt_anon_key_new(&cipher);
    g_test_add_data_func("/blank/tree-connect/andx", build_tree_connect, test_tree_connect);
    g_test_add_data_func("/blank/tree-connect/old", build_old_tree_connect, test_tree_connect);
    g_test_add_data_func("/blank/open/nt-create", build_nt_create, test_open);
    g_test_add_data_func("/blank/open/open-andx", build_open_andx, test_open);
    g_test_add_data_func("/blank/open/old", build_old_open, test_open);
    g_test_add_data_func("/blank/open/trans2", build_open2, test_open);
    g_test_add_data_func("/blank/open/nt-transact", build_nt_transact_create, test_open);
    g_test_add_func("/blank/search", test_search);
    g_test_add_func("/blank/search/old", test_old_search);
    g_test_add_data_func("/blank/data/write", build_write, test_data);
    g_test_add_data_func("/blank/data/pipe", build_pipe, test_data);
    g_test_add_func("/blank/not-smb", test_not_smb);
    g_test_add_func("/blank/damaged", test_damaged);
    int status = g_test_run();
    smbt_anon_key_free(key);
    return status;
}
