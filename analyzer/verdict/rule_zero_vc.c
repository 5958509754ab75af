/* A SESSION_SETUP_ANDX with VcNumber 0 made the server drop this connection (facts 1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#include <string.h>

/* A victim that had been silent this long when the culprit connected had been left behind by its client. */
#define ABANDONED (5 * SMBT_SEC)
/* The longest delay measured on servers that close before they answer is 11.4 ms; far beyond that, something
 * else may have happened while the server was busy. */
#define LONG_BEFORE_ANSWER (200 * SMBT_MS)
#define LONG_IDLE          (600 * SMBT_SEC)

static const char lacks_names[] =
    "names or a telling difference of the two hosts: capture from the start of the connections, whole frames";
static const char lacks_number[] = "the VcNumber of the session setup in frame ";
static const char with_zero[] = "with VcNumber 0", with_unknown[] = "(its VcNumber was not captured)";
static const char if_one_host[] =
    "If it is one host after all: reach the server under one name only, so that it keeps to one connection.";

static const char for_samba[] = "Samba: set reset on zero vc = no in smb.conf.";

struct variant {
    const char *id;
    char *why;      /* of the host comparison, or NULL */
    unsigned signs; /* enum smbt_hosts_sign */
};

static bool is_windows(const smbt_conn *conn)
{
    return g_str_has_prefix(conn->claims.native_lan_man, "Windows");
}

/* A program on the host that has a client of its own. A Windows may have become another one. */
static bool is_another_program(const smbt_conn *victim, const smbt_conn *culprit)
{
    const char *a = victim->claims.native_lan_man, *b = culprit->claims.native_lan_man;
    return a && b && strcmp(a, b) != 0 && !(is_windows(victim) && is_windows(culprit));
}

/* One host set up a new connection although it had one: it lost its state, or it means another name of the
 * server. */
static bool is_restart(const smbt_case *c, const smbt_conn *culprit)
{
    const smbt_conn *victim = c->subject.conn;
    if (is_another_program(victim, culprit)) return false;
    smbt_time silent_since = c->subject.track->sender[0].last;
    if (silent_since == SMBT_TIME_NONE || smbt_time_since(culprit->opened, silent_since) < ABANDONED)
        return false;
    const char *a = victim->claims.server_path, *b = culprit->claims.server_path;
    return a && b && strcmp(a, b) == 0;
}

static unsigned signs_of(const smbt_conn *victim, const smbt_conn *culprit)
{
    if (!victim->claims.native_lan_man || !culprit->claims.native_lan_man) return 0;
    if (is_windows(victim) && is_windows(culprit)) return SMBT_HOSTS_OF_SYSTEMS;
    return is_windows(victim) || is_windows(culprit) ? 0 : SMBT_HOSTS_OF_PROGRAMS;
}

static struct variant find_variant(const smbt_case *c, const smbt_trigger *t)
{
    const smbt_track *track = t->conn ? c->lookup.track(t->conn, c->lookup.user) : NULL;
    if (!track) return (struct variant){.id = "undetermined"};
    smbt_host_view victim = smbt_case_host(c->subject.conn, c->subject.track),
                   culprit = smbt_case_host(t->conn, track);
    smbt_host_comparison cmp = smbt_hosts_compare(&victim, &culprit);
    struct variant v = {.id = "undetermined", .why = cmp.why};
    v.signs = SMBT_HOSTS_COMPARED | signs_of(c->subject.conn, t->conn);
    if (cmp.by_name) v.signs |= SMBT_HOSTS_BY_NAME;
    if (is_restart(c, t->conn)) v.signs |= SMBT_HOSTS_LEFT_BEHIND;
    if (cmp.result == SMBT_HOST_DIFFERENT)
        v.id = "nat-collision";
    else if (cmp.result == SMBT_HOST_SAME)
        v.id = v.signs & SMBT_HOSTS_LEFT_BEHIND ? "client-restart" : "same-host";
    return v;
}

/* ---- Strength
 * --------------------------------------------------------------------------------------------------- */

static bool long_idle(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    return conn->last_request != SMBT_TIME_NONE &&
           smbt_time_since(c->subject.track->end.time, conn->last_request) >= LONG_IDLE;
}

/* So many session setups make a habit, whose share of the time can be told. */
#define SETUPS_TOLD 8
/* More than so often, and what fell together may have done so by chance. */
#define BY_CHANCE 0.01

/* How likely it is that this end fell after a session setup by chance. Those that ended together must have
 * done so all. And it must have had another cause: how often there is one, the ends show that fell after
 * none, and of those with another cause only so many do as the setups leave room for. */
static double chance_of(const smbt_case *c, const smbt_zero_vc_match *m)
{
    const smbt_coincidence *k = &c->coincidence;
    double others = (double)(k->ends - k->struck + 1), room = 1 - k->share,
           chance = others / MAX(room * (double)(k->ends + 1), others);
    for (unsigned i = 0; i < MAX(m->prediction->trigger->matched, 1) && chance > BY_CHANCE; i++)
        chance *= k->share;
    return chance;
}

/* Whether session setups come so often that ends of connections would fall after one anyway. */
static bool may_be_chance(const smbt_case *c, const smbt_zero_vc_match *m)
{
    return c->coincidence.setups >= SETUPS_TOLD && chance_of(c, m) > BY_CHANCE;
}

/* Ends this close to each other have one reason, as a rule. */
#define ONE_MOMENT (10 * SMBT_MS)

/* At the same moment the server ended connections of another address too, which no session setup explains:
 * whatever did that may have ended this one. A server that was seen to apply the rule at another time had no
 * need of it. */
static bool others_fell(const smbt_case *c)
{
    const smbt_end_event *end = &c->subject.track->end;
    const GArray *ends = c->belief->ends;
    for (guint i = 0; c->enforced_elsewhere == 0 && i < ends->len; i++) {
        const smbt_recent_end *e = &g_array_index(ends, smbt_recent_end, i);
        if (e->by == SMBT_SIDE_SERVER && !e->idle && !e->struck &&
            smbt_time_distance(e->time, end->time) <= ONE_MOMENT &&
            !smbt_addr_equal(&e->client, &c->subject.conn->client->addr))
            return true;
    }
    return false;
}

/* With a VcNumber that is 0. */
static enum smbt_strength weigh(const smbt_case *c, const smbt_zero_vc_match *m)
{
    const smbt_trigger *t = m->prediction->trigger;
    bool more = m->others;
    int strength = SMBT_STRENGTH_LIKELY;
    if (m->before_answer && t->answered && !t->answer_implied &&
        (c->subject.conn->server->identified || more))
        strength++;
    if (!m->before_answer && more && !m->blocked) strength++;
    if (m->before_answer && m->delay > LONG_BEFORE_ANSWER) strength--;
    if ((m->profiles & ~m->prediction->prefers_extsec) == 0) strength--;
    if (m->siblings_alive > m->siblings_ended) strength--;
    if (c->belief->not_enforced) strength--;
    if (m->culprit_fell || c->subject.track->end.unanswered_repeats > 2) strength--;
    if (!more && !m->before_answer && long_idle(c)) strength--; /* idle connections are closed anyway */
    if (may_be_chance(c, m) || others_fell(c)) strength = MIN(strength, (int)SMBT_STRENGTH_LIKELY);
    return (enum smbt_strength)CLAMP(strength, SMBT_STRENGTH_POSSIBLE, SMBT_STRENGTH_CONFIRMED);
}

/* ---- Telling it
 * ------------------------------------------------------------------------------------------------- */

static const char *profile_names(const smbt_case *c, smbt_verdict *v, smbt_profile_mask mask)
{
    GString *s = g_string_new(NULL);
    for (unsigned i = 0; i < smbt_profiles_count(c->profiles, SMBT_SIDE_SERVER); i++)
        if (mask & (UINT64_C(1) << i))
            g_string_append_printf(s, "%s%s", s->len ? ", " : "",
                                   smbt_profiles_get(c->profiles, SMBT_SIDE_SERVER, i)->name);
    const char *kept = g_string_chunk_insert(v->text, s->str);
    g_string_free(s, TRUE);
    return kept;
}

static const char *who(const smbt_conn *conn)
{
    return conn->claims.workstation ? conn->claims.workstation : conn->claims.calling_name;
}

static const char *who_is_it(const char *variant)
{
    if (g_str_equal(variant, "nat-collision")) return " The two are different hosts behind one address.";
    if (g_str_equal(variant, "same-host")) return " Both connections come from one host.";
    if (g_str_equal(variant, "client-restart"))
        return " It was the left-over of the same host, which had been silent: this is what the rule is for.";
    return "";
}

static void tell_summary(const smbt_case *c, smbt_verdict *v, const smbt_zero_vc_match *m,
                         const struct variant *variant)
{
    const smbt_trigger *t = m->culprit;
    const smbt_end_event *e = &c->subject.track->end;
    const char *what = t->vc_known ? with_zero : with_unknown;
    const char *when =
        !t->answered || e->frame < t->answer_frame ? "before it answered" : "just after it answered";
    v->end.summary = smbt_verdict_text(
        v,
        "Frame %" G_GUINT64_FORMAT
        ": %s asked for a new session %s. The server then dropped the other connections of that "
        "address, this one %s later, %s.%s",
        t->frame, smbt_verdict_endpoint(v, &t->client_end), what, smbt_verdict_duration(v, m->delay),
        m->blocked ? "when it could act on it" : when, who_is_it(variant->id));
}

static void tell_victims(smbt_verdict *v, const smbt_trigger *t)
{
    if (t->matched + t->late < 2) return;
    if (t->late == 0)
        smbt_verdict_evidence(v, t->frame, "%u connections ended with it", t->matched);
    else if (t->matched > 0)
        smbt_verdict_evidence(v, t->frame, "%u connection%s ended with it at once, %u more soon after",
                              t->matched, t->matched > 1 ? "s" : "", t->late);
    else
        smbt_verdict_evidence(v, t->frame, "%u connections ended soon after it", t->late);
}

static void tell_evidence(const smbt_case *c, smbt_verdict *v, const smbt_zero_vc_match *m,
                          const struct variant *variant)
{
    const smbt_trigger *t = m->culprit;
    const char *name = t->conn ? who(t->conn) : NULL;
    smbt_verdict_evidence(v, t->frame, "SESSION_SETUP_ANDX, VcNumber %s, %s extended security, from %s%s%s",
                          t->vc_known ? "0" : "not captured", t->extended_security ? "with" : "without",
                          smbt_verdict_endpoint(v, &t->client_end),
                          name ? ", the connection of workstation " : "", name ? name : "");
    smbt_verdict_evidence(v, v->end.frame, "%s from the server", v->end.kind == SMBT_END_RST ? "RST" : "FIN");
    if (t->answered)
        smbt_verdict_evidence(v, t->answer_frame, "%s%s",
                              t->answer_implied ? "the client goes on: its session setup had been answered"
                                                : "answer to the session setup",
                              t->failed ? " (refused)" : "");
    tell_victims(v, m->prediction->trigger);
    if (variant->why) smbt_verdict_evidence(v, 0, "hosts: %s", variant->why);
    (void)c;
}

static void tell_missing(const smbt_case *c, smbt_verdict *v, const smbt_zero_vc_match *m,
                         const struct variant *variant)
{
    const smbt_trigger *t = m->culprit;
    v->end.may_be_chance = may_be_chance(c, m);
    if (v->end.may_be_chance)
        smbt_verdict_missing(
            v,
            "more than the moment: with %u other session setups with VcNumber 0, ends of this "
            "address's connections would fall after one by chance alone in %.2g %% of the cases",
            c->coincidence.setups, c->coincidence.share * 100);
    if (m->late_together)
        smbt_verdict_missing(
            v,
            "a connection that was dropped as soon as servers usually do: %u were after this "
            "request, each of them later",
            t->late);
    else if (!m->before_answer && !m->others)
        smbt_verdict_missing(
            v, "a second sign that this server applies the rule, such as another connection dropped with it");
    if (others_fell(c))
        smbt_verdict_missing(v, "why the server ended connections of other addresses at the same moment");
    if (!t->vc_known)
        smbt_verdict_missing(v,
                             "%s%" G_GUINT64_FORMAT
                             ": the frame was cut off before it. Capture at least 256 bytes of each frame",
                             lacks_number, t->frame);
    if (!t->answered || t->answer_implied)
        smbt_verdict_missing(v, "the answer to the session setup in frame %" G_GUINT64_FORMAT, t->frame);
    if (g_str_equal(variant->id, "undetermined")) smbt_verdict_missing(v, "%s", lacks_names);
}

static void tell_remedies(smbt_verdict *v, const char *variant, bool samba)
{
    if (g_str_equal(variant, "nat-collision") || g_str_equal(variant, "undetermined")) {
        smbt_verdict_remedy(v, "Give each client its own address towards the server: a routed VPN, or a NAT "
                               "pool instead of one address.");
        smbt_verdict_remedy(v, "Use SMB2 or later on all clients: it has no such rule.");
        if (g_str_equal(variant, "undetermined")) smbt_verdict_remedy(v, if_one_host);
    } else if (g_str_equal(variant, "same-host")) {
        smbt_verdict_remedy(v, "Reach the server under one name only, so that the client keeps to one "
                               "connection; or use SMB2 or later.");
    } else {
        smbt_verdict_remedy(v, "Nothing to mend here: find out why the client lost its connection before.");
    }
    if (samba && !g_str_equal(variant, "client-restart")) smbt_verdict_remedy(v, for_samba);
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    if (!e->set || e->by != SMBT_SIDE_SERVER || e->foreign_ttl || e->refused) return false;
    smbt_zero_vc_match m = smbt_zero_vc_find(c);
    if (!m.prediction || m.loose) return false;
    const smbt_trigger *t = m.culprit;
    struct variant variant = find_variant(c, t);
    enum smbt_strength if_zero = weigh(c, &m);
    smbt_verdict_conclude(v, SMBT_CAUSE_ZERO_VC, variant.id, t->vc_known ? if_zero : SMBT_STRENGTH_POSSIBLE);
    if (g_str_equal(variant.id, "client-restart")) v->end.severity = SMBT_SEVERITY_NOTE;
    v->end.culprit.frame = t->frame;
    v->end.culprit.has_connection = true;
    v->end.culprit.client = t->client_end;
    v->end.culprit.server = t->server_end;
    v->end.culprit.workstation = t->conn ? smbt_verdict_host_name(v, t->conn) : NULL;
    v->end.culprit.delay = m.delay;
    v->end.culprit.if_zero = t->vc_known ? SMBT_STRENGTH_NONE : if_zero;
    v->end.culprit.hosts = variant.signs | (m.before_answer ? 0 : SMBT_HOSTS_SAMBA);
    v->end.predicted.rule = m.prediction->rule;
    v->end.predicted.profile = profile_names(c, v, m.profiles);
    v->end.predicted.from = t->time;
    v->end.predicted.to = m.before_answer ? smbt_prediction_before_answer_until(m.prediction)
                                          : smbt_prediction_separate_until(m.prediction);
    tell_summary(c, v, &m, &variant);
    tell_evidence(c, v, &m, &variant);
    tell_missing(c, v, &m, &variant);
    tell_remedies(v, variant.id, !m.before_answer);
    smbt_verdict_reference(v, "MS-CIFS 3.3.5.43");
    smbt_verdict_reference(v, "MS-CIFS 2.1.3");
    g_free(variant.why);
    return true;
}

static void drop(GPtrArray *texts, const char *text)
{
    for (guint i = texts->len; i-- > 0;)
        if (g_str_equal(texts->pdata[i], text)) g_ptr_array_remove_index(texts, i);
}

static void retell_summary(smbt_verdict *v, const char *variant)
{
    const char *was = who_is_it(v->end.variant);
    size_t len = strlen(v->end.summary);
    if (g_str_has_suffix(v->end.summary, was)) len -= strlen(was);
    v->end.summary = smbt_verdict_text(v, "%.*s%s", (int)len, v->end.summary, who_is_it(variant));
}

void smbt_zero_vc_retell(smbt_verdict *v, const char *variant, const char *missing)
{
    if (v->cause != SMBT_CAUSE_ZERO_VC || !(v->end.culprit.hosts & SMBT_HOSTS_COMPARED)) return;
    retell_summary(v, variant);
    smbt_verdict_conclude(v, SMBT_CAUSE_ZERO_VC, variant, v->end.strength);
    if (g_str_equal(variant, "client-restart")) v->end.severity = SMBT_SEVERITY_NOTE;
    drop(v->end.missing, lacks_names);
    if (missing) smbt_verdict_missing(v, "%s", missing);
    g_ptr_array_set_size(v->end.remedies, 0);
    tell_remedies(v, variant, v->end.culprit.hosts & SMBT_HOSTS_SAMBA);
}

void smbt_zero_vc_confirm_number(smbt_verdict *v)
{
    if (v->cause != SMBT_CAUSE_ZERO_VC || !v->end.culprit.if_zero) return;
    const char *at = strstr(v->end.summary, with_unknown);
    if (at)
        v->end.summary = smbt_verdict_text(v, "%.*s%s%s", (int)(at - v->end.summary), v->end.summary,
                                           with_zero, at + strlen(with_unknown));
    for (guint i = v->end.missing->len; i-- > 0;)
        if (g_str_has_prefix(v->end.missing->pdata[i], lacks_number))
            g_ptr_array_remove_index(v->end.missing, i);
    v->end.strength = MAX(v->end.strength, v->end.culprit.if_zero);
    v->end.culprit.if_zero = SMBT_STRENGTH_NONE;
}

void smbt_zero_vc_blame(smbt_verdict *v)
{
    smbt_verdict_conclude(v, SMBT_CAUSE_ZERO_VC, "undetermined", SMBT_STRENGTH_POSSIBLE);
    v->end.culprit.hosts = SMBT_HOSTS_COMPARED | SMBT_HOSTS_SAMBA;
    v->end.summary = smbt_verdict_text(v,
                                       "Frame %" G_GUINT64_FORMAT
                                       ": %s asked for a new session %s. The server then dropped the other "
                                       "connections of that address, this one %s later.",
                                       v->end.culprit.frame, smbt_verdict_endpoint(v, &v->end.culprit.client),
                                       with_zero, smbt_verdict_duration(v, v->end.culprit.delay));
    smbt_verdict_evidence(v, v->end.culprit.frame, "SESSION_SETUP_ANDX, VcNumber 0, from %s",
                          smbt_verdict_endpoint(v, &v->end.culprit.client));
    smbt_verdict_evidence(v, v->end.frame, "%s from the server", v->end.kind == SMBT_END_RST ? "RST" : "FIN");
    smbt_verdict_missing(v, "%s", lacks_names);
    tell_remedies(v, "undetermined", true);
    smbt_verdict_reference(v, "MS-CIFS 3.3.5.43");
}

const smbt_rule smbt_rule_zero_vc = {.id = "zero-vc", .explain = explain, .rule_out = smbt_zero_vc_rule_out};
