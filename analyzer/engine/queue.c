/* Records that wait to be read, in their order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

void smbt_queued_free(gpointer p)
{
    smbt_queued *q = p;
    if (q->type == SMBT_RECORD_END) smbt_state_free((smbt_state *)((const smbt_end *)q->record)->state);
    q->free_owner(q->owner);
    smbt_absence_unref(q->absence);
    g_free(q);
}

smbt_queued *smbt_engine_queue(smbt_engine *e, enum smbt_record_type type, const void *record, gpointer owner,
                               GDestroyNotify free_owner)
{
    smbt_queued *q = g_new(smbt_queued, 1);
    *q = (smbt_queued){.type = type, .record = record, .owner = owner, .free_owner = free_owner};
    g_queue_push_tail(&e->records, q);
    if (e->alternative && type == SMBT_RECORD_END) smbt_alternative_note_end(e, record);
    return q;
}

void smbt_engine_queue_observation(smbt_engine *e, smbt_note *note)
{
    smbt_engine_name_note(e, note);
    smbt_engine_queue(e, SMBT_RECORD_OBSERVATION, &note->observation, note, (GDestroyNotify)smbt_note_free);
}

/* So many records wait for the first of them to be complete. */
#define HELD_BACK_MAX 1024

/* Whether the first record is to be read now. Records keep their order: it is the first that decides. */
static bool is_ready(smbt_engine *e)
{
    const smbt_queued *q = g_queue_peek_head(&e->records);
    if (!q || !q->absence || q->absence->over || e->config->live) return q != NULL;
    if (e->records.length <= HELD_BACK_MAX) return false;
    smbt_absence_give_up(e, q->absence, SMBT_TOO_MANY_OUT);
    return true;
}

const smbt_record *smbt_engine_next(smbt_engine *engine)
{
    smbt_engine *e = engine;
    if (e->current) smbt_queued_free(e->current);
    e->current = is_ready(e) ? g_queue_pop_head(&e->records) : NULL;
    if (!e->current) return NULL;
    if (e->current->absence) e->current->absence->is_queued = false;
    e->record.type = e->current->type;
    e->record.places = e->config->places;
    switch (e->current->type) {
    case SMBT_RECORD_END: e->record.end = e->current->record; break;
    case SMBT_RECORD_OBSERVATION: e->record.observation = e->current->record; break;
    case SMBT_RECORD_SERVER: e->record.server = e->current->record; break;
    case SMBT_RECORD_CLIENT: e->record.client = e->current->record; break;
    case SMBT_RECORD_PATTERN: e->record.pattern = e->current->record; break;
    case SMBT_RECORD_WHAT_IF: e->record.what_if = e->current->record; break;
    case SMBT_RECORD_SIGHTING: e->record.sighting = e->current->record; break;
    }
    return &e->record;
}

const smbt_record *smbt_engine_preview(smbt_engine *engine)
{
    smbt_engine *e = engine;
    smbt_verdict *v = smbt_engine_judge_latest(e);
    if (!v) return NULL;
    if (e->current) smbt_queued_free(e->current);
    e->current = g_new(smbt_queued, 1);
    *e->current = (smbt_queued){.type = SMBT_RECORD_END,
                                .record = &v->end,
                                .owner = v,
                                .free_owner = (GDestroyNotify)smbt_verdict_free};
    e->record = (smbt_record){.type = SMBT_RECORD_END, .places = e->config->places, .end = &v->end};
    return &e->record;
}
