/* What the tests of profiles share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_PROFILE_PROFILES_H
#define SMBT_TESTS_PROFILE_PROFILES_H

#include "profile/key.h"
#include <string.h>

static const char *const servers[] = {"windows-nt4",
                                      "windows-98",
                                      "windows-2000",
                                      "windows-xp",
                                      "windows-2003",
                                      "windows-vista-2008",
                                      "windows-7-2008r2",
                                      "windows-8-later",
                                      "samba",
                                      "samba-reset-on-zero-vc",
                                      "illumos",
                                      "ms-cifs"};
static const char *const clients[] = {
    "windows-nt4",     "windows-98",   "windows-2000",       "windows-2000-45s",
    "windows-xp",      "windows-2003", "windows-vista-2008", "windows-7-2008r2",
    "windows-8-later", "smbclient",    "linux-cifs",         "impacket",
    "jcifs",           "macos"};

static inline unsigned count(const smbt_profiles *p, enum smbt_side side)
{
    return smbt_profiles_count(p, side);
}

static inline const smbt_profile *client(const smbt_profiles *p, const char *name)
{
    int at = smbt_profiles_find(p, SMBT_SIDE_CLIENT, name);
    g_assert_cmpint(at, >=, 0);
    return smbt_profiles_get(p, SMBT_SIDE_CLIENT, (unsigned)at);
}

static inline const smbt_profile *server(const smbt_profiles *p, const char *name)
{
    int at = smbt_profiles_find(p, SMBT_SIDE_SERVER, name);
    g_assert_cmpint(at, >=, 0);
    return smbt_profiles_get(p, SMBT_SIDE_SERVER, (unsigned)at);
}

static inline void assert_is(const smbt_profile *p, enum smbt_key key, int64_t value)
{
    g_assert_true(p->value[key].known);
    g_assert_cmpint(p->value[key].value, ==, value);
}

#endif
