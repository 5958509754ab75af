/* A connection whose end was none: both sides go on after the RST. What was concluded from that end is taken
 * back, and what was said on the connection since is told to the model, in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "observe/aftermath.h"
#include "observe/reset.h"
#include "stream/seq.h"

#include <string.h>

/* Messages that are kept of one connection and of all, until it is known whether it ended. */
#define BACKLOG_OF_ONE 64
#define BACKLOG_OF_ALL 4096
/* Resets of one connection that are told. */
#define TOLD_MAX 4

struct smbt_backlog {
    GPtrArray *messages; /* of struct kept */
    bool incomplete;     /* there were more */
};

struct kept {
    smbt_message message; /* its data lies behind it */
    unsigned side;
    uint8_t data[];
};

/* ---- What was said since
 * ---------------------------------------------------------------------------------------- */

bool smbt_link_may_revive(const smbt_link *link)
{
    const smbt_end_event *end = &link->track.end;
    return end->set && end->kind == SMBT_END_RST && !end->refused && link->flow && !link->told_frame &&
           (!link->judged || link->held);
}

void smbt_backlog_free(smbt_engine *e, smbt_link *link)
{
    if (!link->backlog) return;
    e->backlog -= link->backlog->messages->len;
    g_ptr_array_unref(link->backlog->messages);
    g_clear_pointer(&link->backlog, g_free);
}

void smbt_backlog_keep(smbt_engine *e, smbt_link *link, unsigned side, const smbt_message *m)
{
    if (!link->backlog) {
        link->backlog = g_new0(smbt_backlog, 1);
        link->backlog->messages = g_ptr_array_new_with_free_func(g_free);
    }
    smbt_backlog *b = link->backlog;
    if (b->messages->len >= BACKLOG_OF_ONE || e->backlog >= BACKLOG_OF_ALL) {
        b->incomplete = true;
        return;
    }
    uint32_t size = MIN(m->captured, SMBT_MESSAGE_PREFIX_MAX);
    struct kept *k = g_malloc(sizeof *k + size);
    k->message = *m;
    k->message.captured = size;
    k->side = side;
    if (size) memcpy(k->data, m->data, size);
    g_ptr_array_add(b->messages, k);
    e->backlog++;
}

void smbt_link_tell_model(smbt_engine *e, smbt_link *link, unsigned side, const smbt_message *m)
{
    smbt_cur body = smbt_cur_init(m->data, m->captured, m->len);
    if (m->part)
        smbt_model_part(e->model, link->conn, side, &body, m->frame, m->time, m->done_frame, m->done_time);
    else
        smbt_model_message(e->model, link->conn, side, m->type, &body, m->frame, m->time, m->done_frame,
                           m->done_time);
}

static void replay(smbt_engine *e, smbt_link *link)
{
    const smbt_backlog *b = link->backlog;
    if (!b) return;
    for (guint i = 0; i < b->messages->len; i++) {
        const struct kept *k = b->messages->pdata[i];
        smbt_message m = k->message;
        m.data = k->data;
        smbt_link_tell_model(e, link, k->side, &m);
    }
    if (!b->incomplete) return;
    smbt_model_unreadable(link->conn, e->now);
    smbt_model_lost_answers(link->conn);
}

/* ---- What is taken back
 * ----------------------------------------------------------------------------------------- */

static void leave_lists(smbt_engine *e, smbt_link *link)
{
    if (link->watched) smbt_engine_stop_watching(e, link);
    if (!link->judged) {
        smbt_link_list_remove(&e->due, link);
    } else {
        g_ptr_array_remove(e->held, link);
        if (link->held_for_clock)
            e->held_for_clocks--;
        else
            smbt_engine_belief(link->conn->server)->held--;
        g_clear_pointer(&link->held, smbt_verdict_free);
    }
    link->judged = link->held_for_clock = link->sampled = false;
}

static void take_back(smbt_engine *e, smbt_link *link)
{
    smbt_belief *belief = smbt_engine_belief(link->conn->server);
    leave_lists(e, link);
    smbt_stall_on_revival(link);
    smbt_belief_forget_end(belief, link->track.end.time, &link->conn->client_end.addr);
    if (link->kill_counted) belief->enforced--;
    link->kill_counted = false;
    smbt_chance_forget_end(link);
    if (link->matched) link->matched->matched--;
    if (link->late) link->late->late--;
    g_clear_pointer(&link->matched, smbt_trigger_unref);
    g_clear_pointer(&link->late, smbt_trigger_unref);
    smbt_absence_judged(e, link->absence, NULL, NULL);
    g_clear_pointer(&link->absence, smbt_absence_unref);
    g_clear_pointer(&link->in_flight, g_free);
    link->in_flight_count = 0;
    g_clear_pointer(&link->clocks, g_array_unref);
    g_clear_pointer(&link->state, smbt_state_free);
    link->elsewhere = (smbt_elsewhere){0};
}

/* ---- What is told
 * ----------------------------------------------------------------------------------------------- */

static void tell_place(smbt_note *note, const smbt_end_event *end)
{
    if (!end->unexpected || !end->started) return;
    int32_t off = smbt_seq_diff(end->seq, end->sent_to);
    smbt_note_evidence(note, end->frame, "its sequence number lies %u bytes %s what the %s had sent",
                       (unsigned)ABS(off), off < 0 ? "behind" : "ahead of", smbt_side_name(end->by));
}

static void tell_way(smbt_note *note, const smbt_end_event *end, const smbt_sender *named)
{
    if (end->foreign_ttl)
        smbt_note_evidence(note, end->frame, "its TTL is %u; the %s's other segments have %u", end->ttl,
                           smbt_side_name(end->by), named->ttl_low);
    if (end->marks & SMBT_RESET_MAC)
        smbt_note_evidence(note, end->frame, "another Ethernet address handed it over than the %s's segments",
                           smbt_side_name(end->by));
}

static void tell_alive(smbt_note *note, const smbt_aftermath *a, unsigned at, const char *side)
{
    if (!a->alive_frame[at] || a->alive_frame[at] == a->challenge_frame) return;
    bool closes = a->later.set && a->later.frame == a->alive_frame[at];
    smbt_note_evidence(note, a->alive_frame[at],
                       closes ? "the %s ends it now, and had it until then" : "the %s goes on", side);
}

static void tell(smbt_engine *e, smbt_link *link)
{
    const smbt_end_event *end = &link->track.end;
    const smbt_aftermath *a = &link->track.after;
    unsigned named = end->by == SMBT_SIDE_SERVER;
    const char *side = smbt_side_name(end->by), *other = named ? "client" : "server";
    bool odd = end->foreign_ttl || end->marks & (SMBT_RESET_PATH | SMBT_RESET_STACK);
    bool undenied = !a->alive_frame[0] || !a->alive_frame[1];
    g_autofree char *more =
        a->more_resets ? g_strdup_printf(" (%u more followed)", a->more_resets) : g_strdup("");
    g_autofree char *how =
        undenied
            ? g_strdup_printf("the %s did not take it, and the %s did not deny the connection", other, side)
            : g_strdup("both sides went on with the connection");
    smbt_note *note =
        smbt_note_new(SMBT_OBS_RESET_IGNORED, end->frame, end->time,
                      "A reset in the name of the %s ended nothing%s: %s. %s", side, more, how,
                      odd        ? "Another machine made it."
                      : undenied ? "Its number was not the one that was due."
                                 : "The one that should have obeyed it did not take it, or never got it.");
    smbt_note_connection(note, &link->conn->client_end, &link->conn->server_end);
    tell_place(note, end);
    tell_way(note, end, &link->track.sender[named]);
    if (a->challenge_frame)
        smbt_note_evidence(note, a->challenge_frame,
                           "the %s answers it by acknowledging once more what it expects (RFC 5961 3.2)",
                           other);
    tell_alive(note, a, named, side);
    tell_alive(note, a, 1 - named, other);
    smbt_engine_queue_observation(e, note);
}

void smbt_link_revive(smbt_engine *e, smbt_link *link)
{
    if (link->ignored_resets++ < TOLD_MAX) tell(e, link);
    smbt_time since = link->track.end.time;
    take_back(e, link);
    smbt_model_revive(e->model, link->conn, since);
    replay(e, link);
    smbt_backlog_free(e, link);
    if (smbt_aftermath_undo(&link->track)) smbt_link_end(e, link);
}
