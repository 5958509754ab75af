/* Whether two names are of one host. NetBIOS names, as NTLMSSP's Workstation and session requests give them:
 * case does not count, and 15 characters are all there is room for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_HOST_NAME_H
#define SMBT_OBSERVE_HOST_NAME_H

#include "observe/stamps.h"

#define SMBT_NETBIOS_NAME_MAX 15

/* UNDETERMINED for equal names that many hosts have. */
enum smbt_same_host smbt_host_names_compare(const char *a, const char *b);

#endif
