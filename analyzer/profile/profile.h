/* Profiles: what a kind of server or client does, as data with a source for every value.
 *
 * A profile is a group of a key file:
 *
 *   [server windows-xp]
 *   title = Windows XP
 *   native_os = Windows 5.1;Windows 2002*
 *   native_lan_man = ...
 *   zero_vc = on
 *   zero_vc.source = seen on captures: 95 of 95 ...
 *
 * Keys that describe it: title; native_os and native_lan_man, patterns apart by semicolons, one after ! being
 * an exception to the others; fallback, nameless and doubtful, true or false. All others are those of
 * keys.def.
 *
 * A key that a profile does not give is unknown, and a rule that needs it can't conclude. Every value given
 * must have its source.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_PROFILE_PROFILE_H
#define SMBT_PROFILE_PROFILE_H

#include "base/time.h"

#include <glib.h>
#include <smbtrace/smbtrace.h>

enum smbt_key {
#define SMBT_KEY(id, ...) SMBT_KEY_##id,
#include "profile/keys.def"
#undef SMBT_KEY
    SMBT_KEY_MAX,
};

enum { SMBT_ZERO_VC_OFF, SMBT_ZERO_VC_ON };
enum { SMBT_MATCH_ADDRESS, SMBT_MATCH_NETBIOS_NAME, SMBT_MATCH_ADDRESS_AND_WORKSTATION };
enum { SMBT_DIALECTS_SMB1, SMBT_DIALECTS_ANY };
enum { SMBT_EXTSEC_ANY, SMBT_EXTSEC_PREFERRED, SMBT_EXTSEC_REQUIRED };
enum { SMBT_TRIGGER_REQUEST, SMBT_TRIGGER_LOGON };
enum { SMBT_EXECUTION_BEFORE_ANSWER, SMBT_EXECUTION_SEPARATE };
enum { SMBT_CLOSE_RST, SMBT_CLOSE_ANY };
enum { SMBT_ACTIVITY_ANY, SMBT_ACTIVITY_TREE };
enum { SMBT_ANSWER, SMBT_CLOSE };             /* what a violation leads to */
enum { SMBT_OFF, SMBT_ON };                   /* switches */
enum { SMBT_SERVERS_NONE, SMBT_SERVERS_ALL }; /* extended_servers */

/* The value of a duration that is "off": the clock does not run. */
#define SMBT_NEVER INT64_MAX

/* An enum's index, or a duration in ns. */
typedef struct smbt_value {
    bool known;
    bool set_by_user; /* outranks what was measured */
    int64_t value;
    const char *source; /* owned by the profile set */
} smbt_value;

typedef struct smbt_profile {
    const char *name;
    const char *title;
    enum smbt_side side;
    char **native_os; /* patterns with * and ?, !pattern to except; NULL-ended; NULL: never chosen by it */
    char **native_lan_man;       /* likewise; outranks NativeOS, which some servers borrow from Windows */
    bool fallback;               /* possible for a peer whose NativeOS fits no profile */
    bool nameless;               /* a client that sends both names empty */
    const char *timeout_setting; /* what sets how long a client waits for an answer; NULL: not known */
    bool doubtful;               /* sources contradict it: what rests on it alone is less sure */
    smbt_value value[SMBT_KEY_MAX];
} smbt_profile;

/* At most so many profiles of one side: sets of profiles are bit masks. */
#define SMBT_PROFILES_MAX 64
typedef uint64_t smbt_profile_mask;

/* An ordered set of profiles. */
typedef struct smbt_profiles smbt_profiles;

/* The built-in ones. */
smbt_profiles *smbt_profiles_new(void);
smbt_profiles *smbt_profiles_copy(const smbt_profiles *profiles);
void smbt_profiles_free(smbt_profiles *profiles);

/* See smbt_config_add_profiles. */
bool smbt_profiles_add(smbt_profiles *profiles, const char *origin, const char *data, size_t len,
                       GError **error);

/* Sets one value, in every profile of that side, with the source "set by the user". `assignment` as
 * "server.zero_vc=off". */
bool smbt_profiles_set(smbt_profiles *profiles, const char *assignment, GError **error);

unsigned smbt_profiles_count(const smbt_profiles *profiles, enum smbt_side side);
/* The profile whose bit in a mask is 1 << index. */
const smbt_profile *smbt_profiles_get(const smbt_profiles *profiles, enum smbt_side side, unsigned index);
/* -1 when there is none of that name. */
int smbt_profiles_find(const smbt_profiles *profiles, enum smbt_side side, const char *name);

/* Which profiles the names that a peer gives of itself allow, each NULL when not seen; those marked fallback
 * when no profile fits. */
smbt_profile_mask smbt_profiles_by_name(const smbt_profiles *profiles, enum smbt_side side,
                                        const char *native_os, const char *native_lan_man);

/* The same of a client. Its names must have been seen, that is an SMB1 SESSION_SETUP_ANDX request of it (SMB2
 * has none). Both empty (or NULL): the profiles that are `nameless`. 0, unknown, when the names were not seen
 * or fit no profile: clients know no fallback, since no timeout is common to all of them. */
smbt_profile_mask smbt_profiles_of_client(const smbt_profiles *profiles, const char *native_os,
                                          const char *native_lan_man, bool names_seen);

char *smbt_profiles_list(const smbt_profiles *profiles);
/* "server.zero_vc = off, on", a key a paragraph: the words it takes, or the times that profiles have. g_free.
 */
char *smbt_profiles_list_keys(const smbt_profiles *profiles);
char *smbt_profiles_explain(const smbt_profiles *profiles, const char *name);

/* A known enum value equal to `value`. */
static inline bool smbt_profile_is(const smbt_profile *p, enum smbt_key key, int64_t value)
{
    return p->value[key].known && p->value[key].value == value;
}

#endif
