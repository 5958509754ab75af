/* Resolved names of a pcapng (its Name Resolution Blocks) from reader to writer. libwiretap hands them on by
 * itself from 4.4 on; before that they come through callbacks without a context of their own. Only for files
 * that see libwiretap's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_NAMES_H
#define SMBT_CLI_NAMES_H

#include <wireshark.h>
#include <wiretap/wtap.h>

struct names;

/* Takes the names that reading brings, from now on until names_collected; in this thread. */
struct names *names_collect(wtap *wth);
/* Likewise, to those that are known; NULL: there are none yet. */
struct names *names_collect_more(struct names *names, wtap *wth);
void names_collected(struct names *names);

/* Just before the dumper is closed. The names must stay until it is. */
void names_write(struct names *names, wtap_dumper *dumper);
void names_free(struct names *names);

#endif
