/* Wires the layers: frame to segment to bytes to message to model, and the observer beside it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "observe/aftermath.h"
#include "smb/nbss.h"
#include "stream/seq.h"

static smbt_profile_mask mask_of(const smbt_profiles *profiles, enum smbt_side side, const char *name)
{
    int at = name ? smbt_profiles_find(profiles, side, name) : -1;
    return at < 0 ? 0 : UINT64_C(1) << at;
}

smbt_engine *smbt_engine_make(const smbt_config *config, smbt_alternative *alternative)
{
    smbt_engine *e = g_new0(smbt_engine, 1);
    e->config = smbt_config_copy(config);
    const smbt_limits *limits = &config->limits;
    smbt_choice chosen = {.server = mask_of(e->config->profiles, SMBT_SIDE_SERVER, config->chosen_server),
                          .client = mask_of(e->config->profiles, SMBT_SIDE_CLIENT, config->chosen_client)};
    smbt_model_events events = smbt_engine_model_events;
    events.user = e;
    if (alternative) smbt_alternative_listen(&events);
    smbt_reorder_budget budget = {.per_half = limits->reorder_bytes, .total = limits->reorder_total};
    e->wire = smbt_wire_new(limits->fragment_bytes);
    e->flows = smbt_flow_table_new(&budget);
    e->model = smbt_model_new(e->config->profiles, &chosen, limits, &events);
    e->held = g_ptr_array_new();
    e->copies = smbt_copies_new();
    e->first = SMBT_TIME_NONE;
    g_queue_init(&e->embryos);
    g_queue_init(&e->idle_clients);
    g_queue_init(&e->records);
    e->alternative = alternative;
    e->is_altered = alternative != NULL;
    return e;
}

smbt_engine *smbt_engine_new(const smbt_config *config)
{
    smbt_engine *e = smbt_engine_make(config, NULL);
    if (config->what_if) smbt_alternative_begin(e);
    return e;
}

void smbt_engine_free(smbt_engine *engine)
{
    if (!engine) return;
    smbt_engine *e = engine;
    e->finished = true;
    while (e->due.first)
        smbt_link_free(e, smbt_link_list_take(&e->due));
    while (e->watched.first)
        smbt_link_free(e, smbt_link_list_take(&e->watched));
    while (e->lingering.first)
        smbt_link_free(e, smbt_link_list_take(&e->lingering));
    for (guint i = 0; i < e->held->len; i++)
        smbt_link_free(e, e->held->pdata[i]);
    for (smbt_flow *f; (f = smbt_flow_table_oldest(e->flows));)
        smbt_link_free(e, f->user);
    for (smbt_link *link; (link = g_queue_pop_head(&e->embryos));)
        g_free(link);
    g_ptr_array_unref(e->held);
    smbt_model_free(e->model);
    smbt_flow_table_free(e->flows);
    smbt_wire_free(e->wire);
    smbt_copies_free(e->copies);
    g_queue_clear_full(&e->records, smbt_queued_free);
    g_queue_clear_full(&e->idle_clients, g_free);
    if (e->current) smbt_queued_free(e->current);
    smbt_absences_clear(&e->absences);
    smbt_unanswered_clear(&e->unanswered);
    smbt_stalls_clear(&e->stalls);
    if (e->feuds) g_ptr_array_unref(e->feuds);
    smbt_silences_clear(&e->silences);
    if (e->alternative && !e->is_altered) smbt_alternative_free(e->alternative);
    smbt_config_free(e->config);
    g_free(e);
}

/* ---- Segments
 * --------------------------------------------------------------------------------------------------- */

/* Whether the sender of the first segment seen of a connection is its client. */
static bool sent_by_client(const smbt_config *config, const smbt_segment *s)
{
    if ((s->flags & SMBT_TCP_SYN)) return !(s->flags & SMBT_TCP_ACK);
    bool to_smb = smbt_config_is_smb_port(config, s->dport);
    if (to_smb != smbt_config_is_smb_port(config, s->sport)) return to_smb;
    /* The reply bit: byte 9 of an SMB1 header, byte 16 of an SMB2 header. Encrypted messages show none. */
    smbt_cur c = smbt_cur_init(s->payload, s->payload_captured, s->payload_len);
    smbt_cur_skip(&c, 4);
    uint8_t protocol = smbt_cur_u8(&c);
    bool smb1 = protocol == 0xff;
    if (!smb1 && protocol != 0xfe) smbt_cur_fail(&c, SMBT_CUR_MALFORMED);
    smbt_cur_skip(&c, smb1 ? 8 : 15);
    uint8_t flags = smbt_cur_u8(&c);
    if (!smbt_cur_ok(&c)) return s->dport < s->sport;
    return !(flags & (smb1 ? 0x80 : 0x01));
}

static void evict_one(smbt_engine *e, uint64_t frame)
{
    if (e->lingering.first) { /* judged already: only late segments would miss it */
        smbt_link_free(e, smbt_link_list_take(&e->lingering));
        return;
    }
    smbt_flow *oldest = smbt_flow_table_oldest(e->flows);
    if (!oldest) return;
    smbt_link *link = oldest->user;
    /* One that waits for its verdict keeps everything but its place in the table. */
    if (link->track.end.set || link->held) {
        smbt_link_replaced(e, link, 0);
        return;
    }
    if (e->connections_evicted++ == 0) {
        e->first_eviction_frame = frame;
        e->first_eviction = e->now;
    }
    smbt_link_free(e, link);
}

static smbt_flow_match open_flow(smbt_engine *e, const smbt_segment *s, uint64_t frame)
{
    bool known_port =
        smbt_config_is_smb_port(e->config, s->sport) || smbt_config_is_smb_port(e->config, s->dport);
    if (!known_port && !smbt_framer_looks_like_smb(s->payload, s->payload_captured))
        return (smbt_flow_match){0};
    if (e->links >= e->config->limits.connections) evict_one(e, frame);
    smbt_flow_match m = smbt_flow_table_add(e->flows, s, sent_by_client(e->config, s));
    smbt_link_new(e, m.flow, (s->flags & SMBT_TCP_SYN) != 0, frame);
    return m;
}

static void take_message(const smbt_message *m, void *user)
{
    smbt_engine *e = user;
    smbt_link *link = e->link;
    if (e->side == 1 && m->type == SMBT_NBSS_MESSAGE) smbt_stall_on_answer(e, link, m->frame);
    unsigned pending = link->conn->pairing.count;
    smbt_link_tell_model(e, link, e->side, m);
    /* What answered a request of before was taken. */
    if (link->track.end.set && smbt_link_may_revive(link) && link->conn->pairing.count >= pending)
        smbt_backlog_keep(e, link, e->side, m);
}

static void count_segment(smbt_engine *e, unsigned side, const smbt_segment *s)
{
    e->segments[side]++;
    if (s->payload_len) e->payloads[side]++;
    if (!s->payload_len && !(s->flags & (SMBT_TCP_SYN | SMBT_TCP_FIN | SMBT_TCP_RST))) e->bare++;
    if (s->flags & SMBT_TCP_SYN) e->syns++;
    if (s->flags & SMBT_TCP_SYN && side == 1) e->unanswered.syn_acks++;
    if (s->flags & (SMBT_TCP_FIN | SMBT_TCP_RST)) e->closes++;
}

/* The payload of one segment through its direction, and its acknowledgment through the other. */
static enum smbt_half_result take_bytes(smbt_engine *e, smbt_flow *flow, unsigned side, const smbt_segment *s,
                                        uint64_t frame)
{
    smbt_half *mine = &flow->half[side], *theirs = &flow->half[1 - side];
    smbt_reorder_budget *budget = smbt_flow_table_budget(e->flows);
    uint32_t seq = s->seq;
    if (s->flags & SMBT_TCP_SYN) {
        if (!mine->started) smbt_half_syn(mine, s->seq);
        seq++;
    }
    if (s->flags & SMBT_TCP_ACK && theirs->started && !(s->flags & SMBT_TCP_RST)) {
        e->side = 1 - side;
        smbt_half_ack(theirs, budget, s->ack, frame, e->now, take_message, e);
    }
    if (s->payload_len == 0) return SMBT_HALF_EMPTY;
    e->side = side;
    return smbt_half_segment(mine, budget, seq, s->payload, s->payload_captured, s->payload_len, frame,
                             e->now, take_message, e);
}

/* Requests that can't be told: lost to the capture, cut off, or of a stream whose messages are not found yet.
 * And a session setup that TCP sends again: the server has yet to see it. */
static void note_unreadable(smbt_engine *e, const smbt_flow *flow, unsigned side, const smbt_segment *s,
                            uint64_t lost, enum smbt_half_result result)
{
    smbt_link *link = e->link;
    const smbt_framer *requests = &flow->half[0].framer;
    bool deaf = side == 0 && s->payload_len && requests->state == SMBT_FRAMER_LOST && requests->skip == 0;
    /* The server acknowledges client bytes that the capture lacks. */
    bool unseen = side == 1 && s->flags & SMBT_TCP_ACK && !(s->flags & SMBT_TCP_RST) &&
                  flow->half[0].started && smbt_seq_diff(s->ack, flow->half[0].next) > 1;
    if (requests->lost != lost || deaf || unseen) smbt_model_unreadable(link->conn, e->now);
    if (side == 0 && result == SMBT_HALF_OLD && link->conn->setup) link->conn->setup->resent = e->now;
}

/* Whether the capture has this packet already. */
static bool is_copy(smbt_engine *e, const smbt_flow_match *m, const smbt_segment *s, uint64_t frame)
{
    smbt_sender *sender = &((smbt_link *)m->flow->user)->track.sender[m->side];
    enum smbt_copy copy = smbt_copies_check(e->copies, m->flow->hash, s, e->now, &sender->routed_hops);
    if (copy == SMBT_COPY_NONE) return false;
    if (e->copied_frames++ == 0) e->first_copy_frame = frame;
    if (copy == SMBT_COPY_ROUTED) {
        e->routed_frames++;
        sender->routed = true;
    }
    return true;
}

/* What came after an RST may tell that both sides ignored it, or that they did not. */
static void note_aftermath(smbt_engine *e, smbt_link *link)
{
    if (smbt_aftermath_is_ignored(&link->track) && smbt_link_may_revive(link))
        smbt_link_revive(e, link);
    else if (link->watched && !smbt_aftermath_is_wary(&link->track))
        smbt_engine_stop_watching(e, link);
}

/* Enough of a payload to tell whether SMB begins there, and in which direction it goes. */
#define LOOKED_AT_FIRST 32

static void take_segment(smbt_engine *e, const smbt_segment *s, uint64_t frame)
{
    smbt_flow_match m = smbt_flow_table_find(e->flows, s);
    if (m.flow && is_copy(e, &m, s, frame)) {
        e->needed = 0;
        return;
    }
    if (m.flow && s->flags & SMBT_TCP_SYN && smbt_track_is_new_syn(&((smbt_link *)m.flow->user)->track, s)) {
        smbt_link *old = m.flow->user;
        bool judged_or_waiting = old->track.end.set || (old->track.established && !old->behind_hole);
        if (judged_or_waiting)
            smbt_link_replaced(e, old, frame);
        else
            smbt_link_free(e, old);
        m.flow = NULL;
    }
    bool is_first = !m.flow;
    uint8_t no_hops = 0;
    uint32_t beginning = MIN(s->payload_captured, LOOKED_AT_FIRST);
    e->needed = beginning;
    if (!m.flow) {
        m = open_flow(e, s, frame);
        /* Remembered even if no flow: that this is SMB may come out later, and then a copy of its SYN. */
        if (m.flow || s->flags & SMBT_TCP_SYN)
            smbt_copies_check(e->copies, smbt_flow_hash(s), s, e->now, &no_hops);
        if (!m.flow) return;
    }
    smbt_link *link = e->link = m.flow->user;
    e->followed = true;
    count_segment(e, m.side, s);
    smbt_framer *framer = &m.flow->half[m.side].framer;
    framer->looked = NULL;
    uint64_t lost = m.flow->half[1].framer.lost, lost_requests = m.flow->half[0].framer.lost;
    uint64_t malformed = m.flow->half[0].framer.malformed;
    smbt_half *half = m.flow->half;
    const uint32_t next[2] = {half[0].next, half[1].next};
    const uint64_t gaps[2] = {half[0].gaps, half[1].gaps};
    if (link->seam != e->seam.number) smbt_seam_meet(e, link);
    enum smbt_half_result result = take_bytes(e, m.flow, m.side, s, frame);
    e->needed = smbt_engine_payload_needed(framer, s, result);
    if (is_first) e->needed = MAX(e->needed, beginning);
    if (half[0].gaps + half[1].gaps != gaps[0] + gaps[1]) smbt_seam_check(e, link, next, gaps);
    if (link->sighting) smbt_engine_sight(e, link, m.side, s, result, frame);
    if (m.flow->half[1].framer.lost != lost) smbt_model_lost_answers(link->conn);
    note_unreadable(e, m.flow, m.side, s, lost_requests, result);
    if (m.flow->half[0].framer.malformed != malformed)
        smbt_model_malformed(e->model, link->conn, m.side == 0 ? frame : link->track.sender[0].last_frame,
                             e->now);
    if (m.side == 1 && s->payload_len) smbt_model_heard_server(link->conn);
    bool was_established = link->track.established;
    link->track.sent = e->sent;
    bool ended = smbt_track_segment(&link->track, m.side, s, result, m.flow->half, frame, e->now);
    if (!was_established && link->track.established) smbt_model_accepted(link->conn);
    if (!link->counted && (link->conn->messages[0] + link->conn->messages[1] ||
                           (link->track.established && link->conn->from_start))) {
        link->counted = true;
        e->connections++;
        e->begun_before += !link->conn->from_start;
    }
    if (link->track.disowned_frame == frame) smbt_link_disowned(link);
    if (ended)
        smbt_link_end(e, link);
    else if (link->track.end.set)
        note_aftermath(e, link);
    e->link = NULL;
}

/* ---- The public side
 * -------------------------------------------------------------------------------------------- */

/* Nothing is due to the millisecond: looking this often is enough. */
#define CLOCK_STEP (20 * SMBT_MS)
/* A clock that goes back by less is that of another interface. By more, and for more than one frame, it was
 * set; if that happens again and again, two clocks were mixed and the later one counts. */
#define CLOCK_SET_BACK (10 * SMBT_SEC)
#define SET_BACKS_MAX  16

static void set_clock(smbt_engine *e, smbt_time now)
{
    bool behind = smbt_time_since(e->now, now) > CLOCK_SET_BACK;
    e->frames_behind = behind ? e->frames_behind + 1 : 0;
    if (e->frames_behind > 1 && e->set_backs < SET_BACKS_MAX) {
        e->set_backs++;
        e->frames_behind = 0;
        smbt_engine_decide_due(e);
        smbt_engine_reconsider(e, NULL);
        smbt_absences_give_up(e, "before the capture's clock was set back");
        e->now = e->last_run = now;
        smbt_model_clock_set_back(e->model, now);
        smbt_stall_forget(e);
        smbt_engine_restart_clocks(e);
    }
    if (now > e->now) e->now = now;
    if (smbt_time_since(e->now, e->last_run) < CLOCK_STEP) return;
    e->last_run = e->now;
    smbt_engine_run_due(e);
}

static void count_cut(smbt_engine *e, const smbt_frame *frame)
{
    if (frame->caplen >= frame->len) return;
    e->cut_least = e->cut_frames ? MIN(e->cut_least, frame->caplen) : frame->caplen;
    e->cut_most = MAX(e->cut_most, frame->caplen);
    e->cut_frames++;
}

void smbt_engine_push(smbt_engine *engine, const smbt_frame *frame)
{
    smbt_engine *e = engine;
    e->frames++;
    e->last_frame = frame->number;
    if (e->first == SMBT_TIME_NONE) e->first = frame->time;
    if (frame->time < e->now) e->backward_frames++;
    count_cut(e, frame);
    if (e->seam.at_hand) smbt_seam_cross(e, frame);
    set_clock(e, frame->time);
    e->followed = false;
    e->sent = frame->time;
    e->captured = frame->caplen;
    e->decoded = smbt_wire_decode(e->wire, frame, &e->segment);
    if (e->decoded == SMBT_WIRE_SEGMENT) {
        take_segment(e, &e->segment, frame->number);
        smbt_engine_note_needed(e, frame);
    }
    if (e->alternative && !e->is_altered) smbt_alternative_push(e, frame);
}

void smbt_engine_advance(smbt_engine *engine, smbt_time now)
{
    if (engine->first != SMBT_TIME_NONE) set_clock(engine, now);
    if (engine->alternative && !engine->is_altered) smbt_alternative_advance(engine, now);
}

/* What the connections that are still there outlived, and the stories on them that have no end. */
static void conclude_one(smbt_client *client, void *user)
{
    smbt_engine *e = user;
    for (guint i = 0; i < client->conns->len; i++) {
        smbt_conn *conn = client->conns->pdata[i];
        if (!conn->gone) smbt_model_conclude(e->model, conn, SMBT_SIDE_UNKNOWN, e->last_frame, e->now);
    }
}

static void conclude_open(smbt_engine *e)
{
    smbt_model_each_client(e->model, conclude_one, e);
}

/* A handshake has an acknowledgment of its own, and so have so many segments with payload from either side,
 * but for a piece of a connection in which each answers at once. */
#define PAYLOADS_UNACKED 4

bool smbt_engine_acks_filtered(const smbt_engine *e)
{
    return e->bare == 0 && (e->syns > 0 || e->closes == 0) &&
           MIN(e->payloads[0], e->payloads[1]) >= PAYLOADS_UNACKED;
}

static void end_silent(smbt_client *client, void *user)
{
    smbt_engine *e = user;
    for (guint i = 0; i < client->conns->len; i++) {
        smbt_link *link = ((smbt_conn *)client->conns->pdata[i])->user;
        if (!link->dead && !link->behind_hole && smbt_track_fell_silent(&link->track, e->now))
            smbt_link_fell_silent(e, link);
    }
}

/* Those that have no end when the capture is over. */
static void take_open(smbt_client *client, void *user)
{
    smbt_engine *e = user;
    for (guint i = 0; i < client->conns->len; i++) {
        const smbt_link *link = ((smbt_conn *)client->conns->pdata[i])->user;
        if (link->dead || link->track.end.set) continue;
        smbt_absences_offer(e, link);
        e->open_at_end += link->counted && !link->behind_hole;
    }
}

void smbt_engine_end_silent(smbt_engine *e)
{
    smbt_model_each_client(e->model, end_silent, e);
}

void smbt_engine_finish(smbt_engine *engine, bool whole)
{
    smbt_engine *e = engine;
    if (e->finished) return;
    e->broke_off = !whole;
    if (!smbt_engine_acks_filtered(e)) smbt_engine_end_silent(e);
    smbt_engine_decide_all(e);
    conclude_open(e);
    smbt_model_each_client(e->model, take_open, e);
    smbt_absences_give_up(e, whole ? "before the capture ended" : "before the capture broke off");
    smbt_unanswered_finish(e);
    smbt_stall_finish(e);
    e->finished = true;
    while (e->lingering.first)
        smbt_link_free(e, smbt_link_list_take(&e->lingering));
    for (smbt_flow *f; (f = smbt_flow_table_oldest(e->flows));)
        smbt_link_free(e, f->user);
    smbt_engine_end_feuds(
        e); /* behind the sightings that freeing the links gave: what follows those is not joined */
    smbt_engine_summarize(e);
    if (e->alternative && !e->is_altered) smbt_alternative_finish(e, whole);
}

void smbt_engine_get_capture_info(const smbt_engine *engine, smbt_capture_info *ret_info)
{
    const smbt_engine *e = engine;
    double chance = 0;
    bool has_chance = smbt_chance_rate(e, &chance);
    enum smbt_viewpoint viewpoint = smbt_viewpoint_result(&e->votes);
    *ret_info = (smbt_capture_info){.frames = e->frames,
                                    .first = e->first,
                                    .last = e->frames ? e->now : SMBT_TIME_NONE,
                                    .smb_connections = e->connections,
                                    .begun_before = e->begun_before,
                                    .open_at_end = e->open_at_end,
                                    .undecoded_frames = smbt_wire_undecoded_frames(e->wire),
                                    .undecoded = smbt_wire_undecoded(e->wire),
                                    .viewpoint = viewpoint,
                                    .viewpoint_is_mixed = smbt_viewpoint_is_mixed(&e->votes),
                                    .viewpoint_signs = viewpoint ? e->votes.signs[viewpoint] : 0,
                                    .nat = smbt_engine_nat(e->outside_nat, e->votes.inside_nat),
                                    .backward_frames = e->backward_frames,
                                    .cut_frames = e->cut_frames,
                                    .cut_least = e->cut_least,
                                    .cut_most = e->cut_most,
                                    .copied_frames = e->copied_frames,
                                    .routed_frames = e->routed_frames,
                                    .first_copy_frame = e->first_copy_frame,
                                    .ends_by_server = e->ends_by_server,
                                    .has_zero_vc_chance = has_chance,
                                    .zero_vc_chance = chance,
                                    .places = e->config->places,
                                    .controls = e->closes + e->syns};
}
