/* A model with connections, and messages for them out of the builders.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_MODEL_BENCH_H
#define SMBT_TESTS_MODEL_BENCH_H

#include "model/model.h"
#include "support/smb_build.h"

#include <string.h>

typedef struct t_bench {
    smbt_profiles *profiles;
    smbt_model *model;
    uint64_t frame; /* of the last message */
    smbt_time now;
    unsigned lapsed, triggered, sessions_gone;
    uint64_t lapsed_trigger_frame, lapsed_frame, gone_session_id;
    smbt_profile_mask lapsed_before_answer, lapsed_separate;
} t_bench;

static inline void t_on_lapsed(smbt_conn *conn, const smbt_prediction *p, uint64_t frame, smbt_time time,
                               void *user)
{
    t_bench *b = user;
    (void)conn;
    g_assert_cmpuint(time, ==, b->now);
    b->lapsed++;
    b->lapsed_trigger_frame = p->trigger->frame;
    b->lapsed_frame = frame;
    b->lapsed_before_answer = p->before_answer;
    b->lapsed_separate = p->separate;
}

static inline void t_on_triggered(smbt_conn *conn, smbt_trigger *trigger, void *user)
{
    g_assert_true(trigger->conn == conn);
    ((t_bench *)user)->triggered++;
}

static inline void t_on_session_gone(smbt_conn *conn, const smbt_session *session, uint64_t frame,
                                     smbt_time time, void *user)
{
    t_bench *b = user;
    (void)conn, (void)frame, (void)time;
    b->sessions_gone++;
    b->gone_session_id = session->id;
}

/* `only`: the one profile the user chose, or NULL. The bench must not move: the model's events point to it.
 */
static inline void t_bench_init(t_bench *b, const char *only)
{
    *b = (t_bench){.profiles = smbt_profiles_new(), .now = 1000 * SMBT_SEC};
    smbt_limits limits = {.connections = 1000, .peers = 1000, .pending_requests = 8};
    smbt_model_events events = {
        .lapsed = t_on_lapsed, .triggered = t_on_triggered, .session_gone = t_on_session_gone, .user = b};
    smbt_choice chosen = {0};
    if (only) chosen.server = UINT64_C(1) << smbt_profiles_find(b->profiles, SMBT_SIDE_SERVER, only);
    b->model = smbt_model_new(b->profiles, &chosen, &limits, &events);
}

static inline void t_bench_clear(t_bench *b)
{
    smbt_model_free(b->model);
    smbt_profiles_free(b->profiles);
}

static inline smbt_profile_mask t_mask(const t_bench *b, const char *names)
{
    smbt_profile_mask m = 0;
    g_auto(GStrv) list = g_strsplit(names, " ", -1);
    for (int i = 0; list[i] && *list[i]; i++) {
        int at = smbt_profiles_find(b->profiles, SMBT_SIDE_SERVER, list[i]);
        g_assert_cmpint(at, >=, 0);
        m |= UINT64_C(1) << at;
    }
    return m;
}

static inline smbt_endpoint t_end(unsigned host, unsigned port)
{
    return (smbt_endpoint){.addr = {.family = 4, .bytes = {10, 0, 0, (uint8_t)host}}, .port = (uint16_t)port};
}

/* Host 1 is the client, 9 the server, unless said otherwise. */
static inline smbt_conn *t_open_at(t_bench *b, unsigned client, unsigned client_port, unsigned server,
                                   unsigned server_port, bool from_start)
{
    smbt_endpoint c = t_end(client, client_port), s = t_end(server, server_port);
    b->now += SMBT_MS;
    return smbt_model_open(b->model, &c, &s, from_start, ++b->frame, b->now);
}

/* With its handshake done. */
static inline smbt_conn *t_open(t_bench *b, unsigned client_port, unsigned server_port)
{
    smbt_conn *c = t_open_at(b, 1, client_port, 9, server_port, true);
    smbt_model_accepted(c);
    return c;
}

/* Gives built bytes, whose first four are the NetBIOS header, to the model, `captured` of what follows. */
static inline void t_give_cut(t_bench *b, smbt_conn *c, unsigned side, const GByteArray *bytes,
                              gsize captured)
{
    captured = MIN(captured, bytes->len - 4);
    guint8 *exact = g_malloc(MAX(captured, 1));
    if (captured) memcpy(exact, bytes->data + 4, captured);
    b->frame++;
    smbt_cur body = smbt_cur_init(exact, captured, bytes->len - 4);
    smbt_model_message(b->model, c, side, bytes->data[0], &body, b->frame, b->now, b->frame, b->now);
    g_free(exact);
}

static inline void t_give(t_bench *b, smbt_conn *c, unsigned side, const GByteArray *bytes)
{
    b->now += SMBT_MS;
    t_give_cut(b, c, side, bytes, G_MAXSIZE);
}

typedef void (*t_block_fn)(sb_msg *m, const void *data);

/* An SMB1 message; `fill` writes its blocks. */
static inline GByteArray *t_message(const sb_header *h, t_block_fn fill, const void *data)
{
    GByteArray *out = g_byte_array_new();
    sb_msg m;
    sb_begin(&m, out, h);
    fill(&m, data);
    sb_end(&m);
    return out;
}

static inline void t_fill_empty(sb_msg *m, const void *command)
{
    sb_empty(m, *(const guint8 *)command);
}

static inline void t_fill_setup(sb_msg *m, const void *setup)
{
    sb_session_setup_request(m, setup);
}

static inline void t_fill_setup_response(sb_msg *m, const void *setup)
{
    sb_session_setup_response(m, setup);
}

/* A request or response of nothing but its header. */
static inline void t_plain_as(t_bench *b, smbt_conn *c, unsigned side, guint8 command, guint16 mid,
                              guint16 uid, guint32 status)
{
    sb_header h = {.flags2 = SB_FLAGS2_NT,
                   .flags = side ? SB_FLAGS_REPLY : 0,
                   .pid = 0xfeff,
                   .uid = uid,
                   .tid = 200,
                   .mid = mid,
                   .status = status};
    g_autoptr(GByteArray) m = t_message(&h, t_fill_empty, &command);
    t_give(b, c, side, m);
}

static inline void t_plain(t_bench *b, smbt_conn *c, unsigned side, guint8 command, guint16 mid,
                           guint32 status)
{
    t_plain_as(b, c, side, command, mid, 100, status);
}

/* An ordinary exchange: a request and its answer. */
static inline void t_exchange(t_bench *b, smbt_conn *c, guint16 mid)
{
    t_plain(b, c, 0, 0x10, mid, 0);
    t_plain(b, c, 1, 0x10, mid, 0);
}

typedef struct t_setup {
    unsigned word_count; /* 0: 12 */
    guint16 vc, mid, uid;
    const char *workstation, *user;
} t_setup;

static inline GByteArray *t_setup_request_bytes(const t_setup *s)
{
    g_autoptr(GByteArray) token = g_byte_array_new();
    sb_ntlm ntlm = {.flags = SB_NTLM_UNICODE,
                    .domain = "CORP",
                    .user = s->user ? s->user : "alice",
                    .workstation = s->workstation,
                    .nt_len = 24};
    sb_ntlm_authenticate(token, &ntlm);
    unsigned words = s->word_count ? s->word_count : 12;
    sb_session_setup setup = {.word_count = words,
                              .max_buffer = 4356,
                              .max_mpx = 50,
                              .vc_number = s->vc,
                              .capabilities = words == 12 ? 0x800000d4 : 0xd4,
                              .blob = words == 12 ? token : NULL,
                              .account = s->user ? s->user : "alice",
                              .domain = "CORP",
                              .native_os = "Client OS"};
    sb_header h = {
        .flags2 = words == 12 ? SB_FLAGS2_NT_EXT : SB_FLAGS2_NT, .pid = 0xfeff, .mid = s->mid, .uid = s->uid};
    return t_message(&h, t_fill_setup, &setup);
}

static inline void t_setup_request(t_bench *b, smbt_conn *c, const t_setup *s)
{
    g_autoptr(GByteArray) m = t_setup_request_bytes(s);
    t_give(b, c, 0, m);
}

#define T_MORE 0xc0000016u

/* `native_os`, `lan_man`: what the server calls itself. */
static inline void t_setup_response(t_bench *b, smbt_conn *c, guint16 mid, guint16 uid, guint32 status,
                                    const char *native_os, const char *lan_man)
{
    sb_session_setup setup = {.word_count = 3, .native_os = native_os, .native_lan_man = lan_man};
    sb_header h = {.flags = SB_FLAGS_REPLY,
                   .flags2 = SB_FLAGS2_NT,
                   .pid = 0xfeff,
                   .mid = mid,
                   .uid = uid,
                   .status = status};
    g_autoptr(GByteArray) m = t_message(&h, t_fill_setup_response, &setup);
    t_give(b, c, 1, m);
}

static inline void t_netbios(t_bench *b, smbt_conn *c, const char *calling, bool accept)
{
    g_autoptr(GByteArray) request = g_byte_array_new(), answer = g_byte_array_new();
    sb_nbss_request(request, "*SMBSERVER", 0x20, calling, 0);
    t_give(b, c, 0, request);
    if (!accept) return;
    sb_nbss_positive(answer);
    t_give(b, c, 1, answer);
}

#endif
