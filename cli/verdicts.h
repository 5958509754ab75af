/* Findings reduced to what two readings of the same events must agree on, and to where they are found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_VERDICTS_H
#define SMBT_CLI_VERDICTS_H

#include <smbtrace/smbtrace.h>

struct verdict {
    char *key; /* equal keys: the same finding */
    enum smbt_severity severity;
    bool is_end;
    bool is_listed;               /* the user named it: it matters, whatever its severity */
    bool is_left_out;             /* the user named others: it does not matter */
    bool is_local;                /* of a frame and a connection, not of the capture as a whole */
    smbt_endpoint client, server; /* when it is local */
    uint64_t *frames;             /* all that it names */
    unsigned frame_count;
};

/* Elements are struct verdict. The caller frees with g_ptr_array_unref. */
GPtrArray *verdicts_new(void);

/* Ends and observations; other records are passed over. Frame n of the record stands for originals[n - 1] (of
 * uint64_t), or for itself when that is NULL. */
void verdicts_add(GPtrArray *verdicts, const smbt_record *record, const GArray *originals);

/* Whether it is among those from `least` on, or the user's choice. */
bool verdict_matters(const struct verdict *verdict, enum smbt_severity least);

/* Whether both readings, the second one of a part of what the first one saw, agree: all local findings of
 * `whole` that matter are in `part`, and no end is in `part`, nor a local observation from `least` on,
 * that is not in `whole`. */
bool verdicts_agree(const GPtrArray *whole, const GPtrArray *part, enum smbt_severity least);

#endif
