/* Whether two names are of one host. NetBIOS names, as NTLMSSP's Workstation and session requests give them:
 * case does not count, and 15 characters are all there is room for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_HOST_NAME_H
#define SMBT_OBSERVE_HOST_NAME_H

#include "observe/stamps.h"

#include <stdbool.h>

#define SMBT_NETBIOS_NAME_MAX 15

/* Many hosts have it, or programs on any host give it: it says nothing of whose it is. */
bool smbt_host_name_is_nobodys(const char *name);

/* But for case. */
bool smbt_host_names_equal(const char *a, const char *b);

/* UNDETERMINED where one of them is nobody's, or may be the other one cut off. */
enum smbt_same_host smbt_host_names_compare(const char *a, const char *b);

#endif
