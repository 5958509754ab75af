/* The zero-VC rule (facts 1; MS-CIFS 2.1.3, 3.3.5.43): a SESSION_SETUP_ANDX with VcNumber 0 declares the
 * client's other connections abandoned, and the server drops them.
 *
 * A request arms a prediction against each other connection of the client address, for the profiles whose
 * conditions that pair fulfils. What makes a prediction lapse is a sign of life: an answer to a request that
 * was sent after its window.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/internal.h"

#include <string.h>

/* Predictions kept per connection, triggers kept per client: more are of no use within the windows there are.
 */
#define PREDICTIONS_MAX 16
/* Connections of one client that a trigger is armed against, the youngest first. */
#define SIBLINGS_MAX 2048
#define TRIGGERS_MAX 256
/* How long a trigger can still matter. Victims that could not act on being told to end were seen to live 2 s
 * more. */
#define TRIGGER_MEMORY (30 * SMBT_SEC)
/* A connection that answers a request sent this long after the trigger outlived it under every profile: the
 * longest delay of a profile, with room. */
#define LIFESIGN_MARGIN (250 * SMBT_MS)

smbt_trigger *smbt_trigger_ref(smbt_trigger *trigger)
{
    trigger->refs++;
    return trigger;
}

void smbt_trigger_unref(smbt_trigger *trigger)
{
    if (trigger && --trigger->refs == 0) g_free(trigger);
}

static void prediction_free(gpointer p)
{
    smbt_prediction *prediction = p;
    smbt_trigger_unref(prediction->trigger);
    g_free(prediction);
}

smbt_time smbt_prediction_before_answer_until(const smbt_prediction *p)
{
    const smbt_trigger *t = p->trigger;
    smbt_time latest = smbt_time_add(MAX(t->time, t->resent), SMBT_ANSWER_WAIT);
    return t->answered ? MIN(t->answer_time, latest) : latest;
}

smbt_time smbt_prediction_separate_until(const smbt_prediction *p)
{
    smbt_time usual = smbt_time_add(p->trigger->time, p->separate_delay);
    if (!p->trigger->answered) return usual;
    return MAX(usual, smbt_time_add(smbt_prediction_before_answer_until(p), SMBT_SEPARATE_USUAL));
}

smbt_time smbt_prediction_until(const smbt_prediction *p)
{
    smbt_time until = p->before_answer ? smbt_prediction_before_answer_until(p) : 0;
    if (!p->separate) return until;
    until = MAX(until, smbt_prediction_separate_until(p));
    return p->trigger->answered ? until : MAX(until, smbt_prediction_before_answer_until(p));
}

/* ---- Which profiles
 * -------------------------------------------------------------------------------------------- */

static bool same_name(const char *a, const char *b)
{
    return a && b && g_ascii_strcasecmp(a, b) == 0;
}

/* MS-CIFS 3.3.1.3: ClientName is the NetBIOS name on NetBIOS transports, the address on others. */
static bool same_client_name(const smbt_conn *culprit, const smbt_conn *victim)
{
    if (culprit->netbios != victim->netbios) return false;
    if (!culprit->netbios) return true;
    /* The calling name of a connection whose start is missing is not known: it may be equal. */
    if (!culprit->claims.calling_name || !victim->claims.calling_name) return true;
    return same_name(culprit->claims.calling_name, victim->claims.calling_name);
}

static bool same_workstation(const smbt_conn *culprit, const smbt_conn *victim)
{
    if (!culprit->claims.workstation || !victim->claims.workstation) return true;
    return same_name(culprit->claims.workstation, victim->claims.workstation);
}

static bool matches(const smbt_profile *p, const smbt_conn *culprit, const smbt_conn *victim)
{
    if (!p->value[SMBT_KEY_ZERO_VC_MATCH].known) return false;
    switch (p->value[SMBT_KEY_ZERO_VC_MATCH].value) {
    case SMBT_MATCH_NETBIOS_NAME: return same_client_name(culprit, victim);
    case SMBT_MATCH_ADDRESS_AND_WORKSTATION: return same_workstation(culprit, victim);
    default: return true;
    }
}

/* Whether the server, by this profile, has the victim in the tables that the rule walks. */
static bool reaches(const smbt_profile *p, const smbt_conn *victim)
{
    if (smbt_profile_is(p, SMBT_KEY_ZERO_VC_DIALECTS, SMBT_DIALECTS_SMB1) && victim->smb_version == 2)
        return false;
    if (smbt_profile_is(p, SMBT_KEY_ZERO_VC_NEEDS_SESSION, 1) && victim->from_start && !victim->setup_seen)
        return false;
    /* A 139 connection whose NetBIOS session was never accepted is no SMB connection to the server. */
    if (victim->netbios && victim->from_start && victim->netbios_state != SMBT_NETBIOS_ACCEPTED) return false;
    return victim->accepted;
}

static bool predicts(const smbt_profile *p, const smbt_trigger *t, const smbt_conn *culprit,
                     const smbt_conn *victim)
{
    if (!smbt_profile_is(p, SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_ON)) return false;
    if (smbt_profile_is(p, SMBT_KEY_ZERO_VC_EXTENDED_SECURITY, SMBT_EXTSEC_REQUIRED) && !t->extended_security)
        return false;
    return matches(p, culprit, victim) && reaches(p, victim);
}

static bool fill_masks(smbt_prediction *prediction, const smbt_profiles *profiles, const smbt_conn *culprit,
                       const smbt_conn *victim)
{
    const smbt_trigger *t = prediction->trigger;
    for (unsigned i = 0; i < smbt_profiles_count(profiles, SMBT_SIDE_SERVER); i++) {
        const smbt_profile *p = smbt_profiles_get(profiles, SMBT_SIDE_SERVER, i);
        smbt_profile_mask bit = UINT64_C(1) << i;
        if (!predicts(p, t, culprit, victim)) continue;
        if (p->value[SMBT_KEY_ZERO_VC].set_by_user) prediction->by_user |= bit;
        if (smbt_profile_is(p, SMBT_KEY_ZERO_VC_EXECUTION, SMBT_EXECUTION_SEPARATE)) {
            const smbt_value *delay = &p->value[SMBT_KEY_ZERO_VC_DELAY];
            if (!delay->known) continue;
            prediction->separate |= bit;
            prediction->separate_delay = MAX(prediction->separate_delay, (smbt_duration)delay->value);
        } else if (p->value[SMBT_KEY_ZERO_VC_EXECUTION].known && !t->repeated) {
            prediction->before_answer |= bit;
            if (smbt_profile_is(p, SMBT_KEY_ZERO_VC_TRIGGER, SMBT_TRIGGER_LOGON))
                prediction->needs_logon |= bit;
        }
        if (smbt_profile_is(p, SMBT_KEY_ZERO_VC_EXTENDED_SECURITY, SMBT_EXTSEC_PREFERRED) &&
            !t->extended_security)
            prediction->prefers_extsec |= bit;
    }
    return (prediction->before_answer | prediction->separate) != 0;
}

/* ---- Arming
 * ---------------------------------------------------------------------------------------------------- */

/* The rule is about one server. Servers that gave the same NetBIOS name on two addresses are one. */
static bool same_server(const smbt_server *a, const smbt_server *b)
{
    return a == b || same_name(a->name, b->name);
}

static void arm(smbt_model *model, smbt_conn *culprit, smbt_conn *victim, smbt_trigger *trigger)
{
    /* By frames, since a clock may be set back. */
    bool younger = victim->from_start && victim->opened_frame > trigger->frame;
    if (victim == culprit || victim->gone || younger || !same_server(victim->server, culprit->server)) return;
    smbt_prediction *p = g_new0(smbt_prediction, 1);
    p->rule = "zero-vc";
    p->trigger = smbt_trigger_ref(trigger);
    if (!fill_masks(p, model->profiles, culprit, victim)) {
        prediction_free(p);
        return;
    }
    if (!victim->predictions) victim->predictions = g_ptr_array_new_with_free_func(prediction_free);
    if (victim->predictions->len >= PREDICTIONS_MAX) g_ptr_array_remove_index(victim->predictions, 0);
    g_ptr_array_add(victim->predictions, p);
    trigger->candidates++;
}

void smbt_zero_vc_late_start(smbt_model *model, smbt_conn *conn, smbt_time now)
{
    for (guint i = 0; i < conn->client->triggers->len; i++) {
        smbt_trigger *t = conn->client->triggers->pdata[i];
        if (t->conn && smbt_time_since(now, t->time) < SMBT_ANSWER_WAIT) arm(model, t->conn, conn, t);
    }
}

void smbt_zero_vc_missed(smbt_model *model, smbt_conn *conn, smbt_time since)
{
    for (guint i = 0; i < conn->client->triggers->len; i++) {
        smbt_trigger *t = conn->client->triggers->pdata[i];
        if (t->conn && t->time >= since) arm(model, t->conn, conn, t);
    }
}

static void remember_vc_number(smbt_client *client, uint16_t vc)
{
    unsigned at = 0;
    while (at < client->vc_number_count && client->vc_numbers[at] < vc)
        at++;
    if (at < client->vc_number_count && client->vc_numbers[at] == vc) return;
    if (client->vc_number_count == G_N_ELEMENTS(client->vc_numbers)) {
        client->vc_numbers_more = true;
        return;
    }
    memmove(client->vc_numbers + at + 1, client->vc_numbers + at,
            (client->vc_number_count - at) * sizeof(guint16));
    client->vc_numbers[at] = vc;
    client->vc_number_count++;
}

void smbt_client_drop_old_triggers(smbt_client *client, smbt_time now)
{
    while (client->triggers->len > 0) {
        const smbt_trigger *t = client->triggers->pdata[0];
        if (client->triggers->len <= TRIGGERS_MAX && smbt_time_since(now, t->time) < TRIGGER_MEMORY) return;
        g_ptr_array_remove_index(client->triggers, 0);
    }
}

/* Drops a connection's triggers that nobody else holds: they can't be asked about it any more. */
static void drop_forgotten(GPtrArray *triggers)
{
    for (guint i = 0; i < triggers->len;) {
        if (((const smbt_trigger *)triggers->pdata[i])->refs == 1)
            g_ptr_array_remove_index_fast(triggers, i);
        else
            i++;
    }
}

void smbt_zero_vc_request(smbt_model *model, smbt_conn *conn, bool vc_known, uint16_t vc_number,
                          bool extended_security, const smbt_at *at)
{
    if (vc_known) remember_vc_number(conn->client, vc_number);
    g_clear_pointer(&conn->setup, smbt_trigger_unref); /* the next answer is not to that one */
    if (vc_known && vc_number != 0) return;
    smbt_trigger *t = g_new0(smbt_trigger, 1);
    *t = (smbt_trigger){.refs = 1,
                        .client_end = conn->client_end,
                        .server_end = conn->server_end,
                        .conn = conn,
                        .frame = at->done_frame,
                        .time = at->done_time,
                        .vc_known = vc_known,
                        .extended_security = extended_security,
                        .repeated = conn->logged_on,
                        .has_id = at->has_id,
                        .id = at->id};
    smbt_client_drop_old_triggers(conn->client, at->time);
    g_ptr_array_add(conn->client->triggers, t);
    if (!conn->triggers) conn->triggers = g_ptr_array_new_with_free_func((GDestroyNotify)smbt_trigger_unref);
    if (conn->triggers->len >= TRIGGERS_MAX) drop_forgotten(conn->triggers);
    g_ptr_array_add(conn->triggers, smbt_trigger_ref(t));
    conn->setup = smbt_trigger_ref(t);
    guint n = conn->client->conns->len;
    if (n > SIBLINGS_MAX) model->siblings_passed_over += n - SIBLINGS_MAX;
    for (guint i = 0; i < n && i < SIBLINGS_MAX; i++)
        arm(model, conn, conn->client->conns->pdata[n - 1 - i], t);
    if (model->events.triggered) model->events.triggered(conn, t, model->events.user);
}

/* The setup that waits for this answer: the one with its id, or the last one where ids were not captured. */
static smbt_trigger *waiting(const smbt_conn *conn, const smbt_at *at)
{
    for (guint i = 0; at->has_id && conn->triggers && i < conn->triggers->len; i++) {
        smbt_trigger *t = conn->triggers->pdata[conn->triggers->len - 1 - i];
        if (t->has_id && t->id == at->id) return t->answered ? NULL : t;
    }
    return conn->setup && !(conn->setup->has_id && at->has_id) ? conn->setup : NULL;
}

static void close_window(smbt_conn *conn, smbt_trigger *t, const smbt_at *at)
{
    t->answered = true;
    t->answer_frame = at->frame;
    t->answer_time = at->time;
    if (conn->setup == t) g_clear_pointer(&conn->setup, smbt_trigger_unref);
}

bool smbt_zero_vc_answer(smbt_conn *conn, bool logged_on, bool failed, const smbt_at *at)
{
    smbt_trigger *t = waiting(conn, at);
    if (logged_on) conn->logged_on = true;
    if (!t) return false;
    t->logged_on = logged_on;
    t->failed = failed;
    bool vc_zero = t->vc_known;
    close_window(conn, t, at);
    return vc_zero;
}

void smbt_zero_vc_went_on(smbt_conn *conn, const smbt_at *at)
{
    if (!conn->setup) return;
    conn->setup->answer_implied = true;
    close_window(conn, conn->setup, at);
}

/* A connection that showed only later what it speaks was never in reach of servers that look at SMB1 alone.
 */
static void drop_out_of_reach(const smbt_model *model, const smbt_conn *conn, smbt_prediction *p)
{
    for (unsigned i = 0; conn->smb_version == 2 && i < smbt_profiles_count(model->profiles, SMBT_SIDE_SERVER);
         i++)
        if (smbt_profile_is(smbt_profiles_get(model->profiles, SMBT_SIDE_SERVER, i),
                            SMBT_KEY_ZERO_VC_DIALECTS, SMBT_DIALECTS_SMB1)) {
            p->before_answer &= ~(UINT64_C(1) << i);
            p->separate &= ~(UINT64_C(1) << i);
        }
}

void smbt_zero_vc_lifesign(smbt_model *model, smbt_conn *conn, const smbt_request *request, const smbt_at *at)
{
    if (!conn->predictions) return;
    while (conn->predictions->len > 0) {
        smbt_prediction *p = conn->predictions->pdata[0];
        smbt_time until = smbt_prediction_until(p);
        if (request->since <= until || smbt_time_since(request->since, p->trigger->time) < LIFESIGN_MARGIN)
            return;
        if (!p->trigger->answered && p->trigger->conn && !p->trigger->conn->gone)
            return; /* not yet processed */
        drop_out_of_reach(model, conn, p);
        if (model->events.lapsed) model->events.lapsed(conn, p, at->frame, at->time, model->events.user);
        g_ptr_array_remove_index(conn->predictions, 0);
    }
}

void smbt_zero_vc_conn_freed(smbt_conn *conn)
{
    for (guint i = 0; conn->triggers && i < conn->triggers->len; i++)
        ((smbt_trigger *)conn->triggers->pdata[i])->conn = NULL;
    g_clear_pointer(&conn->triggers, g_ptr_array_unref);
    g_clear_pointer(&conn->setup, smbt_trigger_unref);
    g_clear_pointer(&conn->predictions, g_ptr_array_unref);
}
