/* --ticket: one ZIP to attach to a ticket, with the report for people and for programs, and the packets that
 * it rests on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_TICKET_H
#define SMBT_CLI_TICKET_H

#include "input.h"
#include "options.h"

struct ticket;

/* Whether the program was built with what it needs. */
bool ticket_is_built_in(void);

/* Of the capture at `path`; "": it is several files, and gets its name at the end. NULL with errno: no
 * temporary files. */
struct ticket *ticket_new(const struct options *options, const char *path);
void ticket_free(struct ticket *ticket);

/* As in attach.h; `is_listed`: it is an end of --end. */
void ticket_record(struct ticket *ticket, const smbt_record *record, bool is_listed);
void ticket_report(struct ticket *ticket, const char *file, const smbt_record *record);
void ticket_part(struct ticket *ticket, const smbt_input_info *about, const smbt_capture_info *info);

/* Writes the ZIP to `fd`. false with a problem, which the caller frees. */
bool ticket_write(struct ticket *ticket, const struct input *input, const smbt_places *origins,
                  const smbt_input_info *about, const smbt_capture_info *info, int fd, char **ret_problem);

#endif
