/* What is written beside the report, from the one capture that is read: --annotate and --ticket.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_ATTACH_H
#define SMBT_CLI_ATTACH_H

#include "input.h"
#include "options.h"

struct attach;

/* *ret_attach: NULL when the options ask for none. false, after one line on standard error, when it can't be
 * done, or not of these entries (struct entry). */
bool attach_new(const struct options *options, const GPtrArray *entries, struct attach **ret_attach);
/* What is not finished by then is not there. */
void attach_free(struct attach *attach);

/* The capture's records, as they come. */
void attach_record(struct attach *attach, const smbt_record *record);

/* The capture was read as far as it could be. Lines (of char *) that say what could not be written, which the
 * caller frees with g_ptr_array_unref. */
GPtrArray *attach_finish(struct attach *attach, const struct input *input, const smbt_input_info *about,
                         const smbt_capture_info *info);

#endif
