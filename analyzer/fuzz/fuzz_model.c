/* Messages of any kind on four connections of one client.
 *
 * The input is a sequence of steps: a byte that names the connection, the side and what happens, a byte for
 * the time that passes, then, for a message, its NetBIOS type, how many of its bytes were declared but not
 * captured, its length (big-endian) and its bytes. Checked: tables within their bounds, windows that do not
 * end before they begin, triggers that never name a connection that is gone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/model.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CONNS   4
#define PENDING 6

static void check(bool holds)
{
    if (!holds) __builtin_trap();
}

struct run {
    smbt_model *model;
    smbt_conn *conn[CONNS];
    smbt_trigger *kept; /* a reference from outside, as a verdict holds one */
    uint64_t frame;
    smbt_time now;
};

static bool is_open(const struct run *r, const smbt_conn *conn)
{
    for (unsigned i = 0; i < CONNS; i++)
        if (r->conn[i] == conn) return true;
    return false;
}

static void check_trigger(const struct run *r, const smbt_trigger *t)
{
    check(t->refs > 0 && t->frame <= r->frame && t->time <= r->now);
    check(!t->conn || is_open(r, t->conn));
    check(!t->answered || (t->answer_frame >= t->frame && t->answer_time >= t->time));
}

static void check_conn(const struct run *r, const smbt_conn *c)
{
    check(c->pairing.count <= PENDING);
    check(!c->sessions || c->sessions->len <= 4096);
    if (c->setup) check_trigger(r, c->setup);
    check(!c->setup || (c->setup->conn == c && !c->setup->answered));
    for (guint i = 0; c->predictions && i < c->predictions->len; i++) {
        const smbt_prediction *p = c->predictions->pdata[i];
        check(p->trigger->conn != c && (p->before_answer | p->separate) != 0);
        check((p->needs_logon & ~p->before_answer) == 0);
        check(smbt_prediction_until(p) >= p->trigger->time);
        check_trigger(r, p->trigger);
    }
    check(!c->predictions || c->predictions->len <= 16);
    check(c->client->triggers->len <= 257 && c->client->vc_number_count <= 16);
    for (guint i = 0; i < c->client->triggers->len; i++)
        check_trigger(r, c->client->triggers->pdata[i]);
}

static void on_lapsed(smbt_conn *conn, const smbt_prediction *p, uint64_t frame, smbt_time time, void *user)
{
    struct run *r = user;
    check(is_open(r, conn) && frame == r->frame && time == r->now && time > smbt_prediction_until(p));
}

static void on_triggered(smbt_conn *conn, smbt_trigger *trigger, void *user)
{
    struct run *r = user;
    check(is_open(r, conn) && trigger->conn == conn);
    smbt_trigger_unref(r->kept);
    r->kept = smbt_trigger_ref(trigger);
}

static void on_session_gone(smbt_conn *conn, const smbt_session *s, uint64_t frame, smbt_time time,
                            void *user)
{
    struct run *r = user;
    (void)time;
    check(is_open(r, conn) && s->closed_by_vc && frame == r->frame);
}

/* Two ports of the server, two servers, one client address. */
static void open_conn(struct run *r, unsigned at, bool from_start)
{
    smbt_endpoint client = {.addr = {.family = 4, .bytes = {10, 0, 0, 1}}, .port = (uint16_t)(1024 + at)};
    smbt_endpoint server = {.addr = {.family = 4, .bytes = {10, 0, 0, at == 3 ? 8 : 9}},
                            .port = at == 1 ? 139 : 445};
    r->conn[at] = smbt_model_open(r->model, &client, &server, from_start, r->frame, r->now);
}

static void give_message(struct run *r, smbt_conn *conn, unsigned side, bool part, smbt_cur *c)
{
    uint8_t type = smbt_cur_u8(c), missing = smbt_cur_u8(c);
    size_t len = smbt_cur_be16(c);
    if (!smbt_cur_ok(c)) return;
    len = MIN(len, smbt_cur_left(c));
    const uint8_t *bytes = smbt_cur_bytes(c, len);
    uint8_t *exact = g_malloc(len ? len : 1);
    if (len) memcpy(exact, bytes, len);
    smbt_cur body = smbt_cur_init(exact, len, len + missing);
    if (part)
        smbt_model_part(r->model, conn, side, &body, r->frame, r->now, r->frame, r->now);
    else
        smbt_model_message(r->model, conn, side, type, &body, r->frame, r->now, r->frame, r->now);
    g_free(exact);
}

enum { MESSAGE, PART = 3, ACCEPTED, GONE, FREED, LOST_ANSWERS };

static void step(struct run *r, smbt_cur *c)
{
    uint8_t what = smbt_cur_u8(c), pause = smbt_cur_u8(c);
    unsigned at = what & 3, side = what >> 2 & 1;
    r->frame++;
    r->now += (smbt_duration)(pause & 0x3f) * (pause & 0x80 ? SMBT_SEC : pause & 0x40 ? SMBT_MS : 1000);
    if (!r->conn[at]) open_conn(r, at, what & 0x80);
    smbt_conn *conn = r->conn[at];
    switch (what >> 4 & 7) {
    case ACCEPTED: smbt_model_accepted(conn); break;
    case GONE: smbt_model_gone(conn); break;
    case LOST_ANSWERS: smbt_model_lost_answers(conn); break;
    case FREED:
        r->conn[at] = NULL;
        smbt_model_free_conn(conn);
        break;
    case PART: give_message(r, conn, side, true, c); break;
    default: give_message(r, conn, side, false, c); break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static smbt_profiles *profiles; /* made once: they never change */
    if (!profiles) profiles = smbt_profiles_new();
    smbt_limits limits = {.connections = CONNS, .peers = 16, .pending_requests = PENDING};
    struct run r = {.now = 1000 * SMBT_SEC};
    smbt_model_events events = {
        .lapsed = on_lapsed, .triggered = on_triggered, .session_gone = on_session_gone, .user = &r};
    r.model = smbt_model_new(profiles, &(smbt_choice){0}, &limits, &events);
    smbt_cur c = smbt_cur_init(data, size, size);
    while (smbt_cur_left(&c) > 0) {
        step(&r, &c);
        for (unsigned i = 0; i < CONNS; i++)
            if (r.conn[i]) check_conn(&r, r.conn[i]);
    }
    for (unsigned i = 0; i < CONNS; i++)
        if (r.conn[i]) smbt_model_free_conn(r.conn[i]);
    check(!r.kept || !r.kept->conn);
    smbt_trigger_unref(r.kept);
    smbt_model_free(r.model);
    return 0;
}
