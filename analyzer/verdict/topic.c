/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/topic.h"

#include "smbt_explain_data.h"

#include <string.h>

static const smbt_topic causes[SMBT_CAUSE_MAX + 1] = {
#define SMBT_CAUSE(name, topic_id, topic_who, topic_variants, topic_severity, text)                          \
    [SMBT_CAUSE_##name] = {.id = topic_id,                                                                   \
                           .who = topic_who,                                                                 \
                           .variants = topic_variants,                                                       \
                           .severity = SMBT_SEVERITY_##topic_severity,                                       \
                           .meaning = text},
#include "verdict/causes.def"
#undef SMBT_CAUSE
};

static const smbt_topic observations[SMBT_OBS_MAX + 1] = {
#define SMBT_OBSERVATION(name, topic_id, topic_severity, text)                                               \
    [SMBT_OBS_##name] = {.id = topic_id, .severity = SMBT_SEVERITY_##topic_severity, .meaning = text},
#include "verdict/observations.def"
#undef SMBT_OBSERVATION
};

_Static_assert(SMBT_CAUSE_MAX <= G_N_ELEMENTS(((smbt_tally *)0)->by_cause), "a tally counts every cause");

const smbt_topic *smbt_causes(void)
{
    return causes;
}

const smbt_topic *smbt_observation_kinds(void)
{
    return observations;
}

const smbt_topic *smbt_cause_topic(enum smbt_cause cause)
{
    return &causes[cause];
}

const smbt_topic *smbt_observation_topic(enum smbt_observation_kind kind)
{
    return &observations[kind];
}

static unsigned find(const smbt_topic *topics, const char *id)
{
    unsigned i = 0;
    while (topics[i].id && strcmp(topics[i].id, id) != 0)
        i++;
    return i;
}

enum smbt_cause smbt_cause_find(const char *id)
{
    return (enum smbt_cause)find(causes, id);
}

const char *smbt_explain(const char *id)
{
    for (const smbt_compiled_text *t = smbt_explain_data; t->name; t++) {
        size_t n = strlen(t->name) - strlen(".txt");
        if (strlen(id) == n && strncmp(t->name, id, n) == 0) return t->text;
    }
    return NULL;
}

const smbt_topic *smbt_cause_of_variant(const char *variant)
{
    for (const smbt_topic *topic = causes; topic->id; topic++) {
        g_auto(GStrv) variants = g_strsplit(topic->variants ? topic->variants : "", ", ", -1);
        if (g_strv_contains((const char *const *)variants, variant)) return topic;
    }
    return NULL;
}

/* ---- Names */

static const char *const severities[SMBT_SEVERITY_MAX] = {
    [SMBT_SEVERITY_INFO] = "info",
    [SMBT_SEVERITY_NOTE] = "note",
    [SMBT_SEVERITY_WARNING] = "warning",
    [SMBT_SEVERITY_ERROR] = "error",
};

const char *smbt_severity_name(enum smbt_severity severity)
{
    return severities[severity];
}

bool smbt_severity_parse(const char *name, enum smbt_severity *ret_severity)
{
    for (int i = 0; i < SMBT_SEVERITY_MAX; i++) {
        if (strcmp(severities[i], name) != 0) continue;
        *ret_severity = (enum smbt_severity)i;
        return true;
    }
    return false;
}

const char *smbt_strength_name(enum smbt_strength strength)
{
    static const char *const names[SMBT_STRENGTH_MAX] = {
        [SMBT_STRENGTH_POSSIBLE] = "possible",
        [SMBT_STRENGTH_LIKELY] = "likely",
        [SMBT_STRENGTH_CONFIRMED] = "confirmed",
    };
    return names[strength];
}

const char *smbt_end_kind_name(enum smbt_end_kind kind)
{
    static const char *const names[] = {
        [SMBT_END_RST] = "rst", [SMBT_END_FIN] = "fin", [SMBT_END_SILENCE] = "silence"};
    return names[kind];
}

const char *smbt_sign_name(enum smbt_sign sign)
{
    switch (sign) {
    case SMBT_SIGN_DIRECTION: return "direction";
    case SMBT_SIGN_TTL: return "ttl";
    case SMBT_SIGN_LENGTH: return "length";
    case SMBT_SIGN_COPIES: return "copies";
    case SMBT_SIGN_HANDSHAKE: return "handshake";
    default: return NULL;
    }
}

const char *smbt_nat_name(enum smbt_nat nat)
{
    static const char *const names[SMBT_NAT_MAX] = {
        [SMBT_NAT_OUTSIDE] = "outside", [SMBT_NAT_INSIDE] = "inside"};
    return names[nat];
}

const char *smbt_viewpoint_name(enum smbt_viewpoint viewpoint)
{
    static const char *const names[] = {[SMBT_VIEWPOINT_UNKNOWN] = NULL,
                                        [SMBT_VIEWPOINT_NEAR_SERVER] = "near-server",
                                        [SMBT_VIEWPOINT_NEAR_CLIENT] = "near-client",
                                        [SMBT_VIEWPOINT_BETWEEN] = "between"};
    return names[viewpoint];
}

const char *smbt_saw_name(enum smbt_saw saw)
{
    static const char *const names[] = {[SMBT_SAW_IT] = "seen",
                                        [SMBT_SAW_NOT] = "absent",
                                        [SMBT_SAW_TOO_LITTLE] = "not-covered",
                                        [SMBT_SAW_MORE] = "goes-on"};
    return names[saw];
}
