/* A VcNumber that was cut off where a request set an end off, and captured elsewhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/internal.h"

/* Servers that end connections from another process need up to 32 ms for it (facts 1.6). */
#define WITHIN (50 * SMBT_MS)
/* Requests of other clients and servers that are passed over. */
#define PASSED_OVER 256

/* A session setup with VcNumber 0, as one capture has it; some capture shows the number. */
struct zero {
    smbt_time time;
    uint64_t frame;
    const smbt_seen *seen;
};

/* The same message in another capture, if that has its VcNumber. */
static const smbt_stream_mark *mark_there(const smbt_seen *seen, const smbt_stream_mark *mark,
                                          const smbt_seen *there)
{
    const smbt_stream_mark *same = smbt_join_mark_at(
        &there->s, mark->side, mark->seq + there->shift[mark->side] - seen->shift[mark->side]);
    return same && same->has_vc && smbt_join_same(mark, same) ? same : NULL;
}

/* The capture that has the VcNumber of a message. */
static const smbt_stream_mark *find_number(const smbt_seen *seen, const smbt_stream_mark *mark,
                                           const smbt_seen **ret_there)
{
    const smbt_stream_mark *same = NULL;
    for (guint i = 0; mark && seen->group && i < seen->group->len && !same; i++) {
        *ret_there = smbt_group_view(seen->group, i);
        same = mark_there(seen, mark, *ret_there);
    }
    return same;
}

/* ---- All there are
 * -------------------------------------------------------------------------------------------------- */

static int compare_zeros(gconstpointer a, gconstpointer b)
{
    const struct zero *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return (x->frame > y->frame) - (x->frame < y->frame);
}

/* Of a connection: those whose number some other capture shows, by what that one has of them. */
static void add_zeros(GArray *zeros, const smbt_seen *seen)
{
    for (guint i = 0; seen->group && i < seen->group->len; i++) {
        const smbt_seen *there = smbt_group_view(seen->group, i);
        for (guint k = 0; k < there->s.marks->len; k++) {
            const smbt_stream_mark *m = &g_array_index(there->s.marks, smbt_stream_mark, k);
            if (!m->has_vc || m->vc != 0) continue;
            const smbt_stream_mark *here =
                smbt_join_mark_at(&seen->s, m->side, m->seq + seen->shift[m->side] - there->shift[m->side]);
            if (!here || !smbt_join_same(here, m)) continue;
            struct zero zero = {.time = here->time, .frame = here->frame, .seen = seen};
            g_array_append_val(zeros, zero);
        }
    }
}

/* By time. */
static GArray *find_zeros(smbt_joined_capture *c)
{
    if (c->zeros) return c->zeros;
    c->zeros = g_array_new(FALSE, FALSE, sizeof(struct zero));
    for (guint i = 0; i < c->seen->len; i++)
        add_zeros(c->zeros, c->seen->pdata[i]);
    g_array_sort(c->zeros, compare_zeros);
    return c->zeros;
}

/* The latest before the end, on another connection of that client to that server. */
static const struct zero *find_zero(smbt_join *j, const smbt_seen *victim, const smbt_end *end)
{
    const GArray *zeros = find_zeros(&j->captures[victim->capture]);
    guint low = 0, high = zeros->len;
    while (low < high) {
        guint mid = low + (high - low) / 2;
        if (g_array_index(zeros, struct zero, mid).time <= end->time)
            low = mid + 1;
        else
            high = mid;
    }
    for (guint i = low; i-- > 0 && low - i <= PASSED_OVER;) {
        const struct zero *z = &g_array_index(zeros, struct zero, i);
        if (smbt_time_since(end->time, z->time) > WITHIN) return NULL;
        if (z->seen != victim && z->frame < end->frame &&
            smbt_addr_equal(&z->seen->s.client.addr, &victim->s.client.addr) &&
            smbt_addr_equal(&z->seen->s.server.addr, &victim->s.server.addr))
            return z;
    }
    return NULL;
}

/* ---- What follows
 * --------------------------------------------------------------------------------------------------- */

/* The request that was taken for it is none that ends other connections; another one is. */
static void blame(smbt_verdict *v, const struct zero *zero)
{
    smbt_clear_findings(v);
    v->end.culprit.frame = zero->frame;
    v->end.culprit.has_connection = true;
    v->end.culprit.client = zero->seen->s.client;
    v->end.culprit.server = zero->seen->s.server;
    v->end.culprit.delay = smbt_time_since(v->end.time, zero->time);
    smbt_zero_vc_blame(v);
}

static void acquit(smbt_verdict *v)
{
    smbt_clear_findings(v);
    smbt_verdict_conclude(v, SMBT_CAUSE_UNKNOWN, NULL, SMBT_STRENGTH_NONE);
    v->end.summary =
        smbt_verdict_text(v, "The server ended the connection; what made it do so can't be seen.");
    smbt_verdict_evidence(v, v->end.frame, "%s from the server", v->end.kind == SMBT_END_RST ? "RST" : "FIN");
    smbt_verdict_missing(
        v, "what the server did before: frames are cut off. Capture at least 256 bytes of each");
}

void smbt_join_tell_number(smbt_join *j, const smbt_seen *seen)
{
    smbt_verdict *v = seen->end->verdict;
    uint64_t frame = v->end.culprit.frame;
    const smbt_seen *culprit = v->end.culprit.if_zero ? smbt_find_culprit(j, seen, &v->end) : NULL,
                    *there = NULL;
    const smbt_stream_mark *number =
        culprit ? find_number(culprit, smbt_find_mark(culprit, frame), &there) : NULL;
    if (!number) return;
    const char *label = smbt_label_of(j, there);
    if (number->vc == 0) {
        smbt_zero_vc_confirm_number(v);
        smbt_verdict_evidence(v, 0, "VcNumber 0 in %s, frame %" G_GUINT64_FORMAT, label, number->frame);
        return;
    }
    const struct zero *zero = find_zero(j, seen, &v->end);
    if (zero)
        blame(v, zero);
    else
        acquit(v);
    const char *text = smbt_verdict_text(v,
                                         "the session setup in frame %" G_GUINT64_FORMAT
                                         " had VcNumber %u, as frame %" G_GUINT64_FORMAT " of %s shows",
                                         frame, number->vc, number->frame, label);
    if (zero)
        smbt_verdict_evidence(v, 0, "%s", text);
    else
        smbt_verdict_rule_out(v, SMBT_CAUSE_ZERO_VC, "%s", text);
}
