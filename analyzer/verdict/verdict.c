/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#include "smb/cmd_transaction.h"
#include "smb/smb2.h"

#include <math.h>

smbt_verdict *smbt_verdict_new(void)
{
    smbt_verdict *v = g_new0(smbt_verdict, 1);
    v->refs = 1;
    v->text = g_string_chunk_new(512);
    v->end.evidence = g_array_new(FALSE, TRUE, sizeof(smbt_evidence));
    v->end.in_flight = g_array_new(FALSE, TRUE, sizeof(smbt_in_flight));
    v->end.ruled_out = g_array_new(FALSE, TRUE, sizeof(smbt_ruled_out));
    v->end.missing = g_ptr_array_new();
    v->end.remedies = g_ptr_array_new();
    v->end.references = g_ptr_array_new();
    return v;
}

smbt_verdict *smbt_verdict_ref(smbt_verdict *v)
{
    v->refs++;
    return v;
}

void smbt_verdict_free(smbt_verdict *v)
{
    if (!v || --v->refs) return;
    g_array_unref(v->end.evidence);
    g_array_unref(v->end.in_flight);
    g_array_unref(v->end.ruled_out);
    g_ptr_array_unref(v->end.missing);
    g_ptr_array_unref(v->end.remedies);
    g_ptr_array_unref(v->end.references);
    g_string_chunk_free(v->text);
    g_free(v);
}

static const char *keep(smbt_verdict *v, const char *format, va_list args) G_GNUC_PRINTF(2, 0);
static const char *keep(smbt_verdict *v, const char *format, va_list args)
{
    g_autofree char *text = g_strdup_vprintf(format, args);
    return g_string_chunk_insert(v->text, text);
}

#define KEEP(var, v, format)                                                                                 \
    va_list args;                                                                                            \
    va_start(args, format);                                                                                  \
    const char *var = keep(v, format, args);                                                                 \
    va_end(args)

const char *smbt_verdict_text(smbt_verdict *v, const char *format, ...)
{
    KEEP(text, v, format);
    return text;
}

void smbt_verdict_conclude(smbt_verdict *v, enum smbt_cause cause, const char *variant,
                           enum smbt_strength strength)
{
    const smbt_topic *topic = smbt_cause_topic(cause);
    v->cause = cause;
    v->end.cause = topic->id;
    v->end.variant = variant;
    v->end.severity = topic->severity;
    v->end.strength = strength;
}

void smbt_verdict_evidence(smbt_verdict *v, uint64_t frame, const char *format, ...)
{
    KEEP(text, v, format);
    smbt_evidence e = {.frame = frame, .what = text};
    guint at = v->end.evidence->len;
    while (at > 0 && g_array_index(v->end.evidence, smbt_evidence, at - 1).frame > frame)
        at--;
    g_array_insert_val(v->end.evidence, at, e);
}

void smbt_verdict_rule_out(smbt_verdict *v, enum smbt_cause cause, const char *format, ...)
{
    KEEP(text, v, format);
    smbt_ruled_out r = {.cause = smbt_cause_topic(cause)->id, .why = text};
    g_array_append_val(v->end.ruled_out, r);
}

void smbt_verdict_missing(smbt_verdict *v, const char *format, ...)
{
    KEEP(text, v, format);
    g_ptr_array_add(v->end.missing, (gpointer)text);
}

void smbt_verdict_remedy(smbt_verdict *v, const char *remedy)
{
    g_ptr_array_add(v->end.remedies, (gpointer)remedy);
}

void smbt_verdict_reference(smbt_verdict *v, const char *reference)
{
    g_ptr_array_add(v->end.references, (gpointer)reference);
}

const char *smbt_verdict_endpoint(smbt_verdict *v, const smbt_endpoint *endpoint)
{
    char addr[SMBT_ADDR_STRLEN];
    smbt_addr_format(&endpoint->addr, addr);
    return smbt_verdict_text(v, endpoint->addr.family == 6 ? "[%s]:%u" : "%s:%u", addr, endpoint->port);
}

/* Connections of the client that are looked through, the youngest first. */
#define LOOKED_AT 256

/* What the same SMB2 client called itself on another connection of that address; NULL: nothing. */
static const char *name_by_guid(const smbt_conn *conn)
{
    const GPtrArray *conns = conn->client->conns;
    for (guint i = 0; conn->claims.has_client_guid && i < conns->len && i < LOOKED_AT; i++) {
        const smbt_claims *other = &((const smbt_conn *)conns->pdata[conns->len - 1 - i])->claims;
        if (other->workstation && other->has_client_guid &&
            memcmp(other->client_guid, conn->claims.client_guid, sizeof other->client_guid) == 0)
            return other->workstation;
    }
    return NULL;
}

const char *smbt_verdict_host_name(smbt_verdict *v, const smbt_conn *conn)
{
    const char *name = conn->claims.workstation ? conn->claims.workstation : conn->claims.calling_name;
    if (!name) name = name_by_guid(conn);
    return name ? g_string_chunk_insert(v->text, name) : NULL;
}

const char *smbt_verdict_duration(smbt_verdict *v, smbt_duration duration)
{
    double s = (double)duration / (double)SMBT_SEC;
    if (s >= 120) return smbt_verdict_text(v, "%.0f min", s / 60);
    if (s >= 10) return smbt_verdict_text(v, "%.0f s", s);
    if (s >= 1) return smbt_verdict_text(v, "%.1f s", s);
    if (s >= 0.01) return smbt_verdict_text(v, "%.0f ms", s * 1e3);
    if (s >= 0.0001) return smbt_verdict_text(v, "%.1f ms", s * 1e3);
    return smbt_verdict_text(v, "%.0f µs", s * 1e6);
}

const char *smbt_verdict_span(smbt_verdict *v, smbt_duration span)
{
    g_autofree char *text = smbt_span_format(span);
    return smbt_verdict_text(v, "%s", text);
}

const char *smbt_verdict_profiles(const smbt_case *c, smbt_verdict *v, enum smbt_side side,
                                  smbt_profile_mask mask)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (unsigned i = 0; i < smbt_profiles_count(c->profiles, side); i++)
        if (mask & UINT64_C(1) << i)
            g_string_append_printf(names, "%s%s", names->len ? ", " : "",
                                   smbt_profiles_get(c->profiles, side, i)->name);
    return smbt_verdict_text(v, "%s", names->str);
}

const char *smbt_verdict_unanswered(const smbt_case *c, smbt_verdict *v, const smbt_request *r)
{
    if (!r->after_frame) return "not answered by then";
    return smbt_verdict_text(v, "answered %s after the end, frame %" G_GUINT64_FORMAT,
                             smbt_verdict_span(v, smbt_time_since(r->after_time, c->subject.track->end.time)),
                             r->after_frame);
}

const char *smbt_verdict_command(const smbt_conn *conn, const smbt_request *r)
{
    if (conn->smb_version == 2) return smbt_smb2_command_name(r->command);
    const char *name = smbt_transaction_name((uint8_t)r->command, r->subcommand);
    return name ? name : smbt_smb1_command_name((uint8_t)r->command);
}

/* ---- What a server has shown
 * ------------------------------------------------------------------------------------ */

/* Ends this much older than the newest no longer belong to one event; more than so many of it add nothing. */
#define RECENT     (10 * SMBT_SEC)
#define RECENT_MAX 1024

/* Refused logons of this kind that are remembered for a server. */
#define REFUSED_HOURS_MAX 256

static void clear_refused_hours(gpointer row)
{
    g_ref_string_release(((smbt_refused_hours *)row)->user);
}

smbt_belief *smbt_belief_new(void)
{
    smbt_belief *b = g_new0(smbt_belief, 1);
    b->refused = b->heard = SMBT_TIME_NONE;
    b->ends = g_array_new(FALSE, FALSE, sizeof(smbt_recent_end));
    b->refused_hours = g_array_new(FALSE, FALSE, sizeof(smbt_refused_hours));
    g_array_set_clear_func(b->refused_hours, clear_refused_hours);
    return b;
}

void smbt_belief_free(smbt_belief *belief)
{
    if (!belief) return;
    g_array_unref(belief->ends);
    g_array_unref(belief->refused_hours);
    if (belief->gone) g_array_unref(belief->gone);
    smbt_measures_clear(&belief->measures);
    g_free(belief);
}

void smbt_belief_note_end(smbt_belief *belief, const smbt_recent_end *end)
{
    guint old = 0;
    while (old < belief->ends->len &&
           smbt_time_since(end->time, g_array_index(belief->ends, smbt_recent_end, old).time) > RECENT)
        old++;
    if (belief->ends->len - old >= RECENT_MAX) old += RECENT_MAX / 2;
    if (old) g_array_remove_range(belief->ends, 0, old);
    g_array_append_vals(belief->ends, end, 1);
}

void smbt_belief_forget_end(smbt_belief *belief, smbt_time time, const smbt_addr *client)
{
    for (guint i = belief->ends->len; i-- > 0;) {
        const smbt_recent_end *end = &g_array_index(belief->ends, smbt_recent_end, i);
        if (end->time != time || !smbt_addr_equal(&end->client, client)) continue;
        g_array_remove_index(belief->ends, i);
        return;
    }
}

void smbt_belief_note_refused_hours(smbt_belief *belief, const char *user, uint64_t frame, smbt_time time)
{
    if (belief->refused_hours->len >= REFUSED_HOURS_MAX)
        g_array_remove_range(belief->refused_hours, 0, REFUSED_HOURS_MAX / 2);
    smbt_refused_hours r = {.user = g_ref_string_new(user), .frame = frame, .time = time};
    g_array_append_val(belief->refused_hours, r);
}

bool smbt_belief_note_lapse(smbt_belief *belief, const smbt_conn *conn, const smbt_prediction *p,
                            uint64_t frame)
{
    /* Only a request that every profile in question would have acted on proves anything. */
    if (!p->trigger->vc_known || !p->trigger->answered || p->trigger->repeated) return false;
    /* An SMB2 connection that lives on says nothing of SMB1, but for servers known to take both alike. */
    if (conn->smb_version == 2 && !conn->server->identified) return false;
    smbt_profile_mask proven = (p->before_answer | p->separate) & conn->server->possible;
    if (!p->trigger->logged_on) proven &= ~p->needs_logon;
    proven &= ~p->prefers_extsec;
    if (!proven) return false;
    bool first = belief->not_enforced == 0;
    belief->not_enforced++;
    if (first) {
        belief->lapse_trigger_frame = p->trigger->frame;
        belief->lapse_frame = frame;
        belief->lapse_client = conn->client_end;
    }
    /* A server that has cut others for all to see has the rule; what it spared here is not understood. */
    if (belief->enforced < SMBT_ENFORCED_PROVEN) belief->excluded |= proven & ~p->by_user;
    return first;
}

/* ---- Hosts
 * ------------------------------------------------------------------------------------------------------ */

smbt_host_view smbt_case_host(const smbt_conn *conn, const smbt_track *track)
{
    const smbt_claims *c = &conn->claims;
    return (smbt_host_view){.workstation = c->workstation,
                            .workstation_chars = c->workstation_chars,
                            .calling_name = c->calling_name,
                            .native_os = c->native_os,
                            .native_lan_man = c->native_lan_man,
                            .user = c->user,
                            .has_values = c->has_values,
                            .max_buffer = c->max_buffer,
                            .max_mpx = c->max_mpx,
                            .has_capabilities = c->has_capabilities,
                            .capabilities = c->capabilities,
                            .client_guid = c->has_client_guid ? c->client_guid : NULL,
                            .server = conn->server_end.addr,
                            .track = track};
}
