/* What is written beside the report, from the one capture that is read: --annotate and --ticket.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_ATTACH_H
#define SMBT_CLI_ATTACH_H

#include "input.h"
#include "options.h"
#include "sequence.h"

struct attach;

/* *ret_attach: NULL when the options ask for none. false, after one line on standard error, when it can't be
 * done, or not of these entries (struct entry). */
bool attach_new(const struct options *options, const GPtrArray *entries, struct attach **ret_attach);
/* What is not finished by then is not there. */
void attach_free(struct attach *attach);

/* The capture's records, as they come; frames by their numbers in it. `origins` as in attach_finish. */
void attach_record(struct attach *attach, const smbt_places *origins, const smbt_record *record);
/* The same as the report tells them, in which the finding lies in `file`; NULL: the capture goes by its name.
 */
void attach_report(struct attach *attach, const char *file, const smbt_record *record);

/* Several files that are one capture: their packets become a copy first, which is that capture. Both return
 * NULL, or what went wrong, which the caller frees. */
char *attach_copy_begin(struct attach *attach, const struct sequence *sequence);
/* The packet of the member that was handed out last. */
char *attach_copy_packet(struct attach *attach, const struct member *member);
/* All packets came. NULL with a problem; else the attach's own. */
const struct input *attach_copy_end(struct attach *attach, char **ret_problem);
/* A file of it, for reports. */
void attach_part(struct attach *attach, const smbt_input_info *about, const smbt_capture_info *info);

/* The capture was read as far as it could be. `origins`: where the frames of `input` lie, when it is a copy
 * of several files; else NULL. Lines (of char *) that say what could not be written, which the caller frees
 * with g_ptr_array_unref. */
GPtrArray *attach_finish(struct attach *attach, const struct input *input, const smbt_places *origins,
                         const smbt_input_info *about, const smbt_capture_info *info);

#endif
