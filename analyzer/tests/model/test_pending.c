/* Requests that wait for their answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/stated.h"

/* ---- Pending requests
 * ------------------------------------------------------------------------------------------ */

/* A chain is one request under its first command; one answer with the chain's answers ends it. */
static void test_chain_is_one_entry(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    sb_msg m;
    sb_header h = header(0, 9, 0, 0xffff);
    GByteArray *out = begin(&m, &h);
    sb_session_setup_request(&m, &(sb_session_setup){.word_count = 13, .vc_number = 1, .account = "alice"});
    sb_tree_connect_request(&m, "\\\\SRV\\DATA", "?????", 0);
    sb_nt_create_request(&m, "\\x");
    give(&b, c, 0, &m, out);
    assert_pending(c, 1);
    g_assert_cmpuint(c->pairing.pending[0].command, ==, 0x73);
    g_assert_cmpuint(c->pairing.pending[0].subcommand, ==, 0xffff);
    h = header(1, 9, 100, 200);
    out = begin(&m, &h);
    sb_session_setup_response(&m, &(sb_session_setup){.word_count = 3, .native_os = "Windows 5.1"});
    sb_tree_connect_response(&m, "A:", "NTFS");
    sb_nt_create_response(&m, 0x4000, 0, 0);
    give(&b, c, 1, &m, out);
    assert_pending(c, 0);
    assert_state(c, 1, 1, 1);
    g_assert_cmpuint(g_array_index(c->trees, smbt_tree, 0).tid, ==, 200);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

static void test_requests_without_an_answer(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    sb_msg m;
    sb_header h = header(0, 9, 100, 200);
    t_plain(&b, c, 0, 0xa4, 9, 0); /* NT_CANCEL */
    assert_pending(c, 0);
    GByteArray *out = begin(&m, &h);
    sb_locking_andx(&m, 0x4000, 0x02, 0); /* oplock acknowledgment */
    give(&b, c, 0, &m, out);
    assert_pending(c, 0);
    static const guint8 secondary[] = {0x26, 0x33, 0xa1};
    for (gsize i = 0; i < G_N_ELEMENTS(secondary); i++) {
        out = begin(&m, &h);
        sb_transaction_request(&m, &(sb_transaction){.command = secondary[i], .parameters = 4, .data = 8});
        give(&b, c, 0, &m, out);
        assert_pending(c, 0);
    }
    out = begin(&m, &h);
    sb_locking_andx(&m, 0x4000, 0x00, 0); /* not an acknowledgment: it is answered */
    give(&b, c, 0, &m, out);
    assert_pending(c, 1);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* The server's oplock break is a request of its own: nothing of the client's is answered by it. */
static void test_oplock_break(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    t_plain(&b, c, 0, 0x24, 9, 0);
    sb_msg m;
    sb_header h = {.flags2 = SB_FLAGS2_NT, .mid = 0xffff, .pid = 0xffffffff, .tid = 200};
    GByteArray *out = begin(&m, &h);
    sb_locking_andx(&m, 0x4000, 0x02, 1);
    give(&b, c, 1, &m, out);
    assert_pending(c, 1);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

static void test_interim_transaction_response(void)
{
    static const guint8 primary[] = {0x25, 0x32, 0xa0};
    for (gsize i = 0; i < G_N_ELEMENTS(primary); i++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *c = t_open(&b, 1000, 445);
        sb_msg m;
        sb_header h = header(0, 9, 100, 200), r = header(1, 9, 100, 200);
        sb_transaction t = {
            .command = primary[i], .subcommand = 5, .parameters = 4, .data = 8, .total_data = 16};
        GByteArray *out = begin(&m, &h);
        sb_transaction_request(&m, &t);
        give(&b, c, 0, &m, out);
        assert_pending(c, 1);
        g_assert_cmpuint(c->pairing.pending[0].subcommand, ==, 5);
        t_plain(&b, c, 1, primary[i], 9, 0); /* interim */
        assert_pending(c, 1);
        for (int part = 0; part < 2; part++) { /* the answer comes in two parts */
            assert_pending(c, 1);
            out = begin(&m, &r);
            t.parameters = part ? 0 : 4;
            t.total_parameters = 4;
            sb_transaction_response(&m, &t);
            give(&b, c, 1, &m, out);
        }
        assert_pending(c, 0);
        /* An error looks like an interim response, but it is the answer. */
        out = begin(&m, &h);
        sb_transaction_request(&m, &t);
        give(&b, c, 0, &m, out);
        t_plain(&b, c, 1, primary[i], 9, 0xc0000022);
        assert_pending(c, 0);
        smbt_model_free_conn(c);
        t_bench_clear(&b);
    }
}

static void smb2(t_bench *b, smbt_conn *c, unsigned side, guint16 command, guint64 id, guint32 status,
                 guint32 flags)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    sb2_msg m;
    sb2_begin(&m, out,
              &(sb2_header){.command = command,
                            .message_id = id,
                            .status = status,
                            .flags = flags | (side ? 1u : 0u),
                            .session_id = 77});
    sb2_simple(&m);
    sb2_end(&m);
    t_give(b, c, side, out);
}

static void test_smb2_pending(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    smb2(&b, c, 0, 15, 5, 0, 0);
    smb2(&b, c, 1, 15, 5, 0x103, 2);
    assert_pending(c, 1);
    g_assert_true(c->pairing.pending[0].async);
    smb2(&b, c, 0, 12, 5, 0, 2); /* CANCEL draws no answer */
    assert_pending(c, 1);
    smb2(&b, c, 1, 18, UINT64_MAX, 0, 0); /* oplock break notification */
    assert_pending(c, 1);
    smb2(&b, c, 1, 15, 5, 0xc0000120, 2);
    assert_pending(c, 0);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

static void test_smb2_compound(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    for (unsigned side = 0; side < 2; side++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        sb2_msg m;
        sb2_begin(&m, out, &(sb2_header){.command = 5, .message_id = 1, .flags = side});
        sb2_create_request(&m, "x");
        for (guint64 id = 2; id <= 4; id++) {
            sb2_next(&m, &(sb2_header){.command = 8, .message_id = id, .flags = side | 4});
            sb2_simple(&m);
        }
        sb2_end(&m);
        t_give(&b, c, side, out);
        assert_pending(c, side ? 0 : 4);
    }
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* Three answers in one message. */
static GByteArray *answers_to(guint64 first_id)
{
    GByteArray *out = g_byte_array_new();
    sb2_msg m;
    sb2_begin(&m, out, &(sb2_header){.command = 8, .message_id = first_id, .flags = 1});
    sb2_simple(&m);
    for (guint64 id = first_id + 1; id < first_id + 3; id++) {
        sb2_next(&m, &(sb2_header){.command = 8, .message_id = id, .flags = 5});
        sb2_simple(&m);
    }
    sb2_end(&m);
    return out;
}

/* A later part whose header is not all in the message's beginning is told of by itself. */
static void test_smb2_compound_part(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    for (guint64 id = 1; id <= 4; id++)
        smb2(&b, c, 0, 8, id, 0, 0);
    g_autoptr(GByteArray) out = answers_to(1);
    t_give_cut(&b, c, 1, out, 100);
    assert_pending(c, 3);
    g_assert_false(c->answers_lost);
    const guint8 *second = out->data + 4 + 72, *third = second + 72;
    smbt_cur part = smbt_cur_init(second, 64, out->len - 4 - 72);
    smbt_model_part(b.model, c, 1, &part, b.frame, b.now, b.frame, b.now);
    assert_pending(c, 2);
    part = smbt_cur_init(third, 64, out->len - 4 - 144);
    smbt_model_part(b.model, c, 1, &part, b.frame, b.now, b.frame, b.now);
    assert_pending(c, 1);
    g_assert_cmpuint(c->pairing.pending[0].id, ==, 4);
    g_assert_false(c->answers_lost);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* Which request a part answers that was not captured is not known: any that is pending, perhaps. */
static void test_smb2_part_not_captured(void)
{
    for (unsigned captured = 0; captured < 32; captured++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *c = t_open(&b, 1000, 445);
        for (guint64 id = 1; id <= 3; id++)
            smb2(&b, c, 0, 8, id, 0, 0);
        g_autoptr(GByteArray) out = answers_to(1);
        t_give_cut(&b, c, 1, out, 72);
        smbt_cur part = smbt_cur_init(out->data + 4 + 72, captured, out->len - 4 - 72);
        smbt_model_part(b.model, c, 0, &part, b.frame, b.now, b.frame, b.now); /* of a request */
        g_assert_true(c->requests_lost);
        assert_pending(c, 2);
        smbt_model_part(b.model, c, 1, &part, b.frame, b.now, b.frame, b.now);
        assert_pending(c, 0);
        g_assert_true(c->answers_lost);
        smbt_model_free_conn(c);
        t_bench_clear(&b);
    }
}

/* Cut off before its flags, the server's message may answer anything. */
static void test_smb2_cut_off(void)
{
    for (unsigned captured = 4; captured <= 64; captured++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *c = t_open(&b, 1000, 445);
        smb2(&b, c, 0, 8, 1, 0, 0);
        smb2(&b, c, 0, 9, 2, 0, 0);
        g_autoptr(GByteArray) out = g_byte_array_new();
        sb2_msg m;
        sb2_begin(&m, out, &(sb2_header){.command = 9, .message_id = 2, .flags = 1});
        sb2_simple(&m);
        sb2_end(&m);
        t_give_cut(&b, c, 1, out, captured);
        g_assert_cmpint(c->answers_lost, ==, captured < 24);
        assert_pending(c, captured < 24 ? 0 : 1);
        smbt_model_free_conn(c);
        t_bench_clear(&b);
    }
}

/* The client acknowledges a break, and the server that. */
static void test_smb2_break_acknowledged(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    smb2(&b, c, 0, 8, 4, 0, 0);
    smb2(&b, c, 1, 18, UINT64_MAX, 0, 0);
    smb2(&b, c, 0, 18, 5, 0, 0);
    assert_pending(c, 2);
    smb2(&b, c, 1, 18, UINT64_MAX, 0, 0); /* another break is no answer */
    assert_pending(c, 2);
    smb2(&b, c, 1, 18, 5, 0, 0);
    assert_pending(c, 1);
    g_assert_cmpuint(c->pairing.pending[0].id, ==, 4);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

static void test_smb1_negotiate_answered_in_smb2(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    sb_msg m1;
    sb_header h = header(0, 0, 0, 0xffff);
    GByteArray *out = begin(&m1, &h);
    sb_negotiate_request(&m1, (const char *const[]){"NT LM 0.12", "SMB 2.002", "SMB 2.???", NULL});
    give(&b, c, 0, &m1, out);
    assert_pending(c, 1);
    out = g_byte_array_new();
    sb2_msg m;
    guint8 guid[16] = {1};
    sb2_begin(&m, out, &(sb2_header){.command = 0, .flags = 1});
    sb2_negotiate_response(&m, 0x02ff, guid, NULL);
    sb2_end(&m);
    t_give(&b, c, 1, out);
    g_byte_array_unref(out);
    assert_pending(c, 0);
    g_assert_cmpuint(c->smb_version, ==, 2);
    g_assert_cmpstr(c->dialect, ==, "SMB 2.???");
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* The cap of the configuration holds for a connection. */
static void test_pending_cap(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    for (guint16 mid = 1; mid <= 30; mid++)
        t_plain(&b, c, 0, 0x10, mid, 0);
    assert_pending(c, 8);
    g_assert_cmpuint(c->pairing.dropped, ==, 22);
    smbt_model_lost_answers(c);
    assert_pending(c, 0);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pending/chain-is-one-entry", test_chain_is_one_entry);
    g_test_add_func("/pending/requests-without-an-answer", test_requests_without_an_answer);
    g_test_add_func("/pending/oplock-break", test_oplock_break);
    g_test_add_func("/pending/interim-transaction-response", test_interim_transaction_response);
    g_test_add_func("/pending/smb2-async", test_smb2_pending);
    g_test_add_func("/pending/smb2-compound", test_smb2_compound);
    g_test_add_func("/pending/smb2-compound-part", test_smb2_compound_part);
    g_test_add_func("/pending/smb2-part-not-captured", test_smb2_part_not_captured);
    g_test_add_func("/pending/smb2-cut-off", test_smb2_cut_off);
    g_test_add_func("/pending/smb2-break-acknowledged", test_smb2_break_acknowledged);
    g_test_add_func("/pending/smb1-negotiate-answered-in-smb2", test_smb1_negotiate_answered_in_smb2);
    g_test_add_func("/pending/cap", test_pending_cap);
    return g_test_run();
}
