/* What a join is told of each connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "smb/fingerprint.h"

static bool is_new(enum smbt_half_result result)
{
    return result == SMBT_HALF_NEW || result == SMBT_HALF_HELD || result == SMBT_HALF_LATE;
}

static void mark(smbt_engine *e, smbt_link *link, unsigned side, const smbt_segment *s, uint64_t frame)
{
    smbt_fingerprint print;
    if (!smbt_fingerprint_take(smbt_cur_init(s->payload, s->payload_captured, s->payload_len), &print))
        return;
    if (e->marks >= e->config->limits.marks) {
        e->marks_dropped++;
        link->sighting->marks_more = true;
        return;
    }
    smbt_stream_mark m = {.time = e->now,
                          .frame = frame,
                          .head = print.head,
                          .body = print.body,
                          .seq = s->seq,
                          .ack = s->ack,
                          .side = (uint8_t)side,
                          .has_vc = print.has_vc,
                          .vc = print.vc,
                          .is_unique = print.is_unique};
    e->marks += (uint64_t)(int64_t)smbt_sighting_mark(link->sighting, &m, s->ttl);
}

void smbt_engine_sight(smbt_engine *e, smbt_link *link, unsigned side, const smbt_segment *s,
                       enum smbt_half_result result, uint64_t frame)
{
    if (s->flags & (SMBT_TCP_SYN | SMBT_TCP_FIN | SMBT_TCP_RST))
        smbt_sighting_control(link->sighting, side, s, frame, e->now);
    if (is_new(result) && smbt_framer_looks_like_smb(s->payload, s->payload_captured))
        mark(e, link, side, s, frame);
}

static void sighting_free(gpointer p)
{
    smbt_sighting_clear(p);
    g_free(p);
}

void smbt_engine_end_sighting(smbt_engine *e, smbt_link *link)
{
    smbt_sighting_notes *notes = g_steal_pointer(&link->sighting);
    e->marks -= smbt_sighting_marks(notes);
    if (link->counted || link->told_frame) {
        smbt_sighting *s = g_new(smbt_sighting, 1);
        smbt_sighting_fill(notes, &link->track, s);
        s->client = link->conn->client_end;
        s->server = link->conn->server_end;
        s->end_frame = link->told_frame;
        s->logged_on = link->logon_frame || link->conn->logged_on;
        s->logon_frame = link->logon_frame;
        s->logon_time = link->logon_time;
        smbt_engine_queue(e, SMBT_RECORD_SIGHTING, s, s, sighting_free);
    }
    smbt_sighting_notes_free(notes);
}
