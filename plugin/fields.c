/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fields.h"

static int hf[SMBT_FIELD_MAX];
static int ett[SMBT_TREE_MAX];
static expert_field notes[SMBT_NOTE_MAX];

/* One for each severity: the severity of an expert info is fixed when it is registered. */
struct topic_experts {
    expert_field by_severity[SMBT_SEVERITY_MAX];
};
static GHashTable *experts; /* id, static, to struct topic_experts; lives as long as the program */

#define STRING(field, label, abbrev, blurb)                                                                  \
    {                                                                                                        \
        &hf[field],                                                                                          \
        {                                                                                                    \
            label, abbrev, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL                                       \
        }                                                                                                    \
    }
#define FRAME(field, label, abbrev, type, blurb)                                                             \
    {                                                                                                        \
        &hf[field],                                                                                          \
        {                                                                                                    \
            label, abbrev, FT_FRAMENUM, BASE_NONE, type, 0, blurb, HFILL                                     \
        }                                                                                                    \
    }

static hf_register_info fields[] = {
    STRING(SMBT_FIELD_CAUSE, "Cause", "smbtrace.cause", "Why the connection ended"),
    STRING(SMBT_FIELD_VARIANT, "Variant", "smbtrace.variant", NULL),
    STRING(SMBT_FIELD_ROLE, "Role of this frame", "smbtrace.role", "culprit, victim or evidence"),
    STRING(SMBT_FIELD_SEVERITY, "Severity", "smbtrace.severity", "info, note, warning or error"),
    STRING(SMBT_FIELD_STRENGTH, "Strength", "smbtrace.strength", "confirmed, likely or possible"),
    FRAME(SMBT_FIELD_CULPRIT, "Set off by frame", "smbtrace.culprit", FRAMENUM_TYPE(FT_FRAMENUM_REQUEST),
          "The packet that made the rule act"),
    FRAME(SMBT_FIELD_VICTIM, "Ended in frame", "smbtrace.victim", FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE),
          "The packet that ended the connection"),
    {&hf[SMBT_FIELD_DELAY],
     {"Delay", "smbtrace.delay", FT_RELATIVE_TIME, BASE_NONE, NULL, 0, "From what set it off to the end",
      HFILL}},
    STRING(SMBT_FIELD_SUMMARY, "Summary", "smbtrace.summary", NULL),
    STRING(SMBT_FIELD_OBSERVATION, "Observation", "smbtrace.observation", NULL),
    STRING(SMBT_FIELD_HOST, "Host", "smbtrace.host", "The name that the client gave itself"),
    STRING(SMBT_FIELD_CLIENT, "Client", "smbtrace.client", NULL),
    STRING(SMBT_FIELD_SERVER, "Server", "smbtrace.server", NULL),
    STRING(SMBT_FIELD_END, "End", "smbtrace.end", "How the connection ended: rst, fin or silence"),
    STRING(SMBT_FIELD_PROVISIONAL, "Provisional", "smbtrace.provisional",
           "Judged at this frame; later frames may overthrow it"),
    STRING(SMBT_FIELD_EVIDENCE, "Evidence", "smbtrace.evidence", NULL),
    FRAME(SMBT_FIELD_EVIDENCE_FRAME, "Evidence in frame", "smbtrace.evidence.frame", NULL, NULL),
    STRING(SMBT_FIELD_IN_FLIGHT, "In flight", "smbtrace.in_flight", "A request without an answer"),
    FRAME(SMBT_FIELD_RECONNECT, "Host back in frame", "smbtrace.reconnect", NULL,
          "The first packet of the same host's next connection to the same server"),
    {&hf[SMBT_FIELD_RECONNECT_AFTER],
     {"Host back after", "smbtrace.reconnect.after", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
      "From the end to that packet", HFILL}},
    STRING(SMBT_FIELD_NO_RECONNECT, "Host back", "smbtrace.reconnect.none", "Why its return is not known"),
    STRING(SMBT_FIELD_PATTERN, "Pattern", "smbtrace.pattern", "What this end has in common with others"),
    STRING(SMBT_FIELD_RULED_OUT, "Ruled out", "smbtrace.ruled_out", NULL),
    STRING(SMBT_FIELD_MISSING, "Missing", "smbtrace.missing", "What the capture would have to show"),
    STRING(SMBT_FIELD_REMEDY, "Fix", "smbtrace.remedy", NULL),
    STRING(SMBT_FIELD_REFERENCE, "See", "smbtrace.reference", NULL),
    STRING(SMBT_FIELD_STATE, "State", "smbtrace.state", "What the connection held"),
};

static int expert_severity(enum smbt_severity severity)
{
    switch (severity) {
    case SMBT_SEVERITY_ERROR: return PI_ERROR;
    case SMBT_SEVERITY_WARNING: return PI_WARN;
    case SMBT_SEVERITY_NOTE: return PI_NOTE;
    default: return PI_CHAT;
    }
}

static void register_expert(expert_module_t *module, expert_field *id, const char *name, int group,
                            int severity, const char *summary)
{
    *id = (expert_field)EI_INIT;
    /* Kept by Wireshark. */
    ei_register_info *ei = g_new0(ei_register_info, 1);
    *ei = (ei_register_info){id, {name, group, severity, summary, EXPFILL}};
    expert_register_field_array(module, ei, 1);
}

/* All severities share one name, so that a filter finds the finding whatever its severity. The usual one
 * comes last: it is the one that a user's own severity for that name changes. */
static void register_topic(expert_module_t *module, const smbt_topic *topic, int group)
{
    struct topic_experts *e = g_new0(struct topic_experts, 1);
    const char *name = g_strconcat("smbtrace.expert.", topic->id, NULL);
    const char *summary = g_strconcat(topic->id, ": ", topic->meaning, NULL);
    for (int s = 0; s < SMBT_SEVERITY_MAX; s++)
        if (s != (int)topic->severity)
            register_expert(module, &e->by_severity[s], name, group, expert_severity(s), summary);
    register_expert(module, &e->by_severity[topic->severity], name, group, expert_severity(topic->severity),
                    summary);
    g_hash_table_insert(experts, (gpointer)topic->id, e);
}

static void register_notes(expert_module_t *module)
{
    register_expert(module, &notes[SMBT_NOTE_CULPRIT], "smbtrace.expert.culprit", PI_SEQUENCE, PI_NOTE,
                    "This packet set off the end of a connection");
    register_expert(module, &notes[SMBT_NOTE_PREFERENCE], "smbtrace.expert.preference", PI_UNDECODED, PI_WARN,
                    "A preference of smbtrace has no effect");
    register_expert(module, &notes[SMBT_NOTE_NUMBERING], "smbtrace.expert.numbering", PI_UNDECODED, PI_WARN,
                    "Frames have no numbers of their own: nothing is annotated");
    register_expert(module, &notes[SMBT_NOTE_STALE], "smbtrace.expert.stale", PI_UNDECODED, PI_NOTE,
                    "Frames came after smbtrace had concluded: reload the file");
    register_expert(module, &notes[SMBT_NOTE_STATE_LIMIT], "smbtrace.expert.state-limit", PI_UNDECODED,
                    PI_NOTE, "States take all the memory they may: none from here on");
}

void smbt_fields_register(int proto)
{
    static int *etts[SMBT_TREE_MAX];
    for (int i = 0; i < SMBT_TREE_MAX; i++) {
        ett[i] = -1;
        etts[i] = &ett[i];
    }
    for (int i = 0; i < SMBT_FIELD_MAX; i++)
        hf[i] = -1;
    G_STATIC_ASSERT(G_N_ELEMENTS(fields) == SMBT_FIELD_MAX);
    proto_register_field_array(proto, fields, G_N_ELEMENTS(fields));
    proto_register_subtree_array(etts, SMBT_TREE_MAX);
    expert_module_t *module = expert_register_protocol(proto);
    experts = g_hash_table_new(g_str_hash, g_str_equal);
    for (const smbt_topic *t = smbt_causes(); t->id; t++)
        register_topic(module, t, PI_SEQUENCE);
    for (const smbt_topic *t = smbt_observation_kinds(); t->id; t++)
        register_topic(module, t, PI_PROTOCOL);
    register_notes(module);
}

int smbt_field_hf(enum smbt_field field)
{
    return hf[field];
}

int smbt_tree_ett(enum smbt_tree tree)
{
    return ett[tree];
}

expert_field *smbt_fields_expert(const char *id, enum smbt_severity severity)
{
    struct topic_experts *e = g_hash_table_lookup(experts, id);
    return e ? &e->by_severity[severity] : NULL;
}

expert_field *smbt_fields_note(enum smbt_note_kind note)
{
    return &notes[note];
}
