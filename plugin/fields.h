/* Fields and expert infos of the protocol "smbtrace", as the contract names them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PLUGIN_FIELDS_H
#define SMBTRACE_PLUGIN_FIELDS_H

#include "ws_compat.h"

#include <smbtrace/smbtrace.h>

/* The rows of fields.c, in its order. */
enum smbt_field {
    SMBT_FIELD_CAUSE,
    SMBT_FIELD_VARIANT,
    SMBT_FIELD_ROLE,
    SMBT_FIELD_SEVERITY,
    SMBT_FIELD_STRENGTH,
    SMBT_FIELD_CULPRIT,
    SMBT_FIELD_VICTIM,
    SMBT_FIELD_DELAY,
    SMBT_FIELD_SUMMARY,
    SMBT_FIELD_OBSERVATION,
    SMBT_FIELD_HOST,
    SMBT_FIELD_CLIENT,
    SMBT_FIELD_SERVER,
    SMBT_FIELD_END,
    SMBT_FIELD_PROVISIONAL,
    SMBT_FIELD_EVIDENCE,
    SMBT_FIELD_EVIDENCE_FRAME,
    SMBT_FIELD_IN_FLIGHT,
    SMBT_FIELD_RECONNECT,
    SMBT_FIELD_RECONNECT_AFTER,
    SMBT_FIELD_NO_RECONNECT,
    SMBT_FIELD_PATTERN,
    SMBT_FIELD_RULED_OUT,
    SMBT_FIELD_MISSING,
    SMBT_FIELD_REMEDY,
    SMBT_FIELD_REFERENCE,
    SMBT_FIELD_STATE,
    SMBT_FIELD_MAX
};

enum smbt_tree {
    SMBT_TREE_FINDING,
    SMBT_TREE_EVIDENCE,
    SMBT_TREE_IN_FLIGHT,
    SMBT_TREE_RULED_OUT,
    SMBT_TREE_MISSING,
    SMBT_TREE_REMEDY,
    SMBT_TREE_REFERENCE,
    SMBT_TREE_STATE,
    SMBT_TREE_STATE_PART,
    SMBT_TREE_MAX
};

/* Notes of the plugin itself. */
enum smbt_note_kind {
    SMBT_NOTE_CULPRIT,     /* the frame set off the end of another connection */
    SMBT_NOTE_PREFERENCE,  /* a preference has no effect */
    SMBT_NOTE_NUMBERING,   /* frames without numbers of their own: nothing can be annotated */
    SMBT_NOTE_STALE,       /* frames came after the findings were final */
    SMBT_NOTE_STATE_LIMIT, /* no memory for more states */
    SMBT_NOTE_MAX
};

/* Registers all of them for the protocol. */
void smbt_fields_register(int proto);

int smbt_field_hf(enum smbt_field field);
int smbt_tree_ett(enum smbt_tree tree);

/* The expert info of a cause or observation for a finding of this severity; NULL for an id that is none. */
expert_field *smbt_fields_expert(const char *id, enum smbt_severity severity);
expert_field *smbt_fields_note(enum smbt_note_kind note);

#endif
