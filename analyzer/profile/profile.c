/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/profile.h"

#include "profile/key.h"

#include "smbt_profile_data.h"

#include <string.h>

struct smbt_profiles {
    GPtrArray *side[2]; /* of smbt_profile, by enum smbt_side */
    GStringChunk *strings;
};

GQuark smbt_config_error_quark(void)
{
    return g_quark_from_static_string("smbt-config-error");
}

static void profile_free(gpointer p)
{
    smbt_profile *profile = p;
    g_strfreev(profile->native_os);
    g_strfreev(profile->native_lan_man);
    g_free(profile);
}

static smbt_profiles *profiles_empty(void)
{
    smbt_profiles *p = g_new0(smbt_profiles, 1);
    for (int i = 0; i < 2; i++)
        p->side[i] = g_ptr_array_new_with_free_func(profile_free);
    p->strings = g_string_chunk_new(4096);
    return p;
}

void smbt_profiles_free(smbt_profiles *profiles)
{
    if (!profiles) return;
    for (int i = 0; i < 2; i++)
        g_ptr_array_unref(profiles->side[i]);
    g_string_chunk_free(profiles->strings);
    g_free(profiles);
}

static void add_copy(smbt_profiles *to, const smbt_profile *from)
{
    smbt_profile *p = g_memdup2(from, sizeof *p);
    p->name = g_string_chunk_insert_const(to->strings, from->name);
    p->title = g_string_chunk_insert_const(to->strings, from->title);
    if (p->timeout_setting) p->timeout_setting = g_string_chunk_insert_const(to->strings, p->timeout_setting);
    p->native_os = g_strdupv(from->native_os);
    p->native_lan_man = g_strdupv(from->native_lan_man);
    for (int k = 0; k < SMBT_KEY_MAX; k++)
        if (p->value[k].source)
            p->value[k].source = g_string_chunk_insert_const(to->strings, p->value[k].source);
    int at = smbt_profiles_find(to, p->side, p->name);
    if (at < 0) {
        g_ptr_array_add(to->side[p->side], p);
    } else {
        profile_free(to->side[p->side]->pdata[at]);
        to->side[p->side]->pdata[at] = p;
    }
}

smbt_profiles *smbt_profiles_copy(const smbt_profiles *profiles)
{
    smbt_profiles *p = profiles_empty();
    for (int i = 0; i < 2; i++)
        for (guint j = 0; j < profiles->side[i]->len; j++)
            add_copy(p, profiles->side[i]->pdata[j]);
    return p;
}

smbt_profiles *smbt_profiles_new(void)
{
    smbt_profiles *p = profiles_empty();
    for (const smbt_compiled_text *file = smbt_profile_data; file->name; file++) {
        bool ok = smbt_profiles_add(p, file->name, file->text, strlen(file->text), NULL);
        g_assert_true(ok); /* built in, and tested: it can't fail at run time */
    }
    return p;
}

/* ---- Key files
 * ------------------------------------------------------------------------------------------------ */

/* The keys that are no values. True when `name` is one of them, or a source. */
static bool read_description(smbt_profiles *set, smbt_profile *p, GKeyFile *file, const char *group,
                             const char *name, const char *text, GError **error)
{
    if (g_str_has_suffix(name, ".source")) return true;
    if (strcmp(name, "title") == 0)
        p->title = g_string_chunk_insert_const(set->strings, text);
    else if (strcmp(name, "timeout_setting") == 0 && p->side == SMBT_SIDE_CLIENT)
        p->timeout_setting = g_string_chunk_insert_const(set->strings, text);
    else if (strcmp(name, "native_os") == 0)
        p->native_os = g_key_file_get_string_list(file, group, name, NULL, error);
    else if (strcmp(name, "native_lan_man") == 0)
        p->native_lan_man = g_key_file_get_string_list(file, group, name, NULL, error);
    else if (strcmp(name, "fallback") == 0)
        p->fallback = g_key_file_get_boolean(file, group, name, error);
    else if (strcmp(name, "nameless") == 0)
        p->nameless = g_key_file_get_boolean(file, group, name, error);
    else if (strcmp(name, "doubtful") == 0)
        p->doubtful = g_key_file_get_boolean(file, group, name, error);
    else
        return false;
    return true;
}

static bool read_key(smbt_profiles *set, smbt_profile *p, GKeyFile *file, const char *group, const char *name,
                     const char *origin, GError **error)
{
    g_autoptr(GError) e = NULL;
    g_autofree char *text = g_key_file_get_string(file, group, name, &e);
    if (!e && read_description(set, p, file, group, name, text, &e) && !e) return true;
    if (e &&
        (strcmp(name, "fallback") == 0 || strcmp(name, "nameless") == 0 || strcmp(name, "doubtful") == 0)) {
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_RANGE,
                    "%s: [%s]: %s can't be \"%s\"; it takes true, false", origin, group, name,
                    text ? text : "");
        return false;
    }
    if (e) {
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_SYNTAX, "%s: [%s]: %s", origin, group,
                    e->message);
        return false;
    }
    g_autofree char *place = g_strdup_printf("%s: [%s]: ", origin, group);
    int k = smbt_key_find(name, p->side);
    if (k < 0) return smbt_key_unknown(place, name, p->side, error);
    if (!smbt_key_parse(smbt_key_get((enum smbt_key)k), place, text, &p->value[k].value, error)) return false;
    g_autofree char *source_key = g_strconcat(name, ".source", NULL);
    g_autofree char *source = g_key_file_get_string(file, group, source_key, NULL);
    if (!source || !*source) {
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_SYNTAX,
                    "%s%s has no source; add a line \"%s = where the value comes from\"", place, name,
                    source_key);
        return false;
    }
    p->value[k].known = true;
    p->value[k].source = g_string_chunk_insert_const(set->strings, source);
    return true;
}

static bool read_keys(smbt_profiles *set, smbt_profile *p, GKeyFile *file, const char *group,
                      const char *origin, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_keys(file, group, NULL, NULL);
    for (int i = 0; names && names[i]; i++)
        if (!read_key(set, p, file, group, names[i], origin, error)) return false;
    return true;
}

static bool read_group(smbt_profiles *set, GKeyFile *file, const char *group, const char *origin,
                       GError **error)
{
    bool server = g_str_has_prefix(group, "server "), client = g_str_has_prefix(group, "client ");
    if (!(server || client) || strlen(group) == strlen("server ")) {
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_SYNTAX,
                    "%s: group [%s] is no profile; write [server NAME] or [client NAME]", origin, group);
        return false;
    }
    enum smbt_side side = server ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT;
    smbt_profile *p = g_new0(smbt_profile, 1);
    p->side = side;
    p->name = p->title = g_string_chunk_insert_const(set->strings, group + strlen("server "));
    bool ok = read_keys(set, p, file, group, origin, error);
    if (ok) add_copy(set, p);
    profile_free(p);
    return ok;
}

/* Whether `profiles` together with those of `more` that are new to it are few enough for a mask. */
static bool has_room(const smbt_profiles *profiles, const smbt_profiles *more, const char *origin,
                     GError **error)
{
    for (int side = 0; side < 2; side++) {
        guint n = profiles->side[side]->len;
        for (guint i = 0; i < more->side[side]->len; i++)
            if (smbt_profiles_find(profiles, (enum smbt_side)side,
                                   smbt_profiles_get(more, (enum smbt_side)side, i)->name) < 0)
                n++;
        if (n <= SMBT_PROFILES_MAX) continue;
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_RANGE,
                    "%s: more than %d profiles of one side", origin, SMBT_PROFILES_MAX);
        return false;
    }
    return true;
}

bool smbt_profiles_add(smbt_profiles *profiles, const char *origin, const char *data, size_t len,
                       GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) e = NULL;
    if (!g_key_file_load_from_data(file, data, len, G_KEY_FILE_NONE, &e)) {
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_SYNTAX, "%s: not a key file: %s", origin,
                    e->message);
        return false;
    }
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    smbt_profiles *read = profiles_empty();
    for (int i = 0; groups[i]; i++) {
        if (!read_group(read, file, groups[i], origin, error)) {
            smbt_profiles_free(read);
            return false;
        }
    }
    bool ok = has_room(profiles, read, origin, error);
    for (int side = 0; ok && side < 2; side++)
        for (guint j = 0; j < read->side[side]->len; j++)
            add_copy(profiles, read->side[side]->pdata[j]);
    smbt_profiles_free(read);
    return ok;
}

/* "zero_vc=off" with the side that was left out, or NULL. */
static char *complete_assignment(const char *assignment)
{
    const char *equals = strchr(assignment, '=');
    g_autofree char *name = equals ? g_strndup(assignment, (gsize)(equals - assignment)) : NULL;
    for (int side = 0; name && side < 2; side++) {
        const char *key = smbt_key_nearest(name, (enum smbt_side)side);
        if (key) return g_strdup_printf("%s.%s%s", smbt_side_name((enum smbt_side)side), key, equals);
    }
    return NULL;
}

/* "server.zero_vc=off" into its three parts. */
static bool split_assignment(const char *assignment, enum smbt_side *ret_side, char **ret_key,
                             const char **ret_value, GError **error)
{
    const char *dot = strchr(assignment, '.'), *equals = strchr(assignment, '=');
    bool server = g_str_has_prefix(assignment, "server."), client = g_str_has_prefix(assignment, "client.");
    if (!dot || !equals || equals < dot || !(server || client)) {
        g_autofree char *meant = complete_assignment(assignment);
        if (meant)
            g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_SYNTAX,
                        "\"%s\" is no setting; did you mean %s?", assignment, meant);
        else
            g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_SYNTAX,
                        "\"%s\" is no setting; write server.KEY=VALUE or client.KEY=VALUE, such as "
                        "server.zero_vc=off",
                        assignment);
        return false;
    }
    *ret_side = server ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT;
    *ret_key = g_strndup(dot + 1, (gsize)(equals - dot - 1));
    *ret_value = equals + 1;
    return true;
}

bool smbt_profiles_set(smbt_profiles *profiles, const char *assignment, GError **error)
{
    enum smbt_side side;
    g_autofree char *name = NULL;
    const char *text;
    if (!split_assignment(assignment, &side, &name, &text, error)) return false;
    int k = smbt_key_find(name, side);
    if (k < 0) return smbt_key_unknown("", name, side, error);
    int64_t value;
    if (!smbt_key_parse(smbt_key_get((enum smbt_key)k), side == SMBT_SIDE_SERVER ? "server." : "client.",
                        text, &value, error))
        return false;
    for (guint i = 0; i < profiles->side[side]->len; i++) {
        smbt_profile *p = profiles->side[side]->pdata[i];
        p->value[k] =
            (smbt_value){.known = true, .set_by_user = true, .value = value, .source = "set by the user"};
    }
    return true;
}

/* ---- Choice
 * --------------------------------------------------------------------------------------------------- */

unsigned smbt_profiles_count(const smbt_profiles *profiles, enum smbt_side side)
{
    return profiles->side[side]->len;
}

const smbt_profile *smbt_profiles_get(const smbt_profiles *profiles, enum smbt_side side, unsigned index)
{
    return profiles->side[side]->pdata[index];
}

int smbt_profiles_find(const smbt_profiles *profiles, enum smbt_side side, const char *name)
{
    for (guint i = 0; i < profiles->side[side]->len; i++)
        if (strcmp(smbt_profiles_get(profiles, side, i)->name, name) == 0) return (int)i;
    return -1;
}

/* A pattern after ! takes back what others allow. */
static bool fits(char *const *patterns, const char *text)
{
    bool fit = false;
    for (int i = 0; text && patterns && patterns[i]; i++) {
        if (patterns[i][0] == '!') {
            if (g_pattern_match_simple(patterns[i] + 1, text)) return false;
        } else if (g_pattern_match_simple(patterns[i], text)) {
            fit = true;
        }
    }
    return fit;
}

/* The profiles whose patterns fit: by NativeLanMan, or else by NativeOS. */
static smbt_profile_mask that_fit(const smbt_profiles *profiles, enum smbt_side side, const char *native_os,
                                  const char *native_lan_man)
{
    smbt_profile_mask by_lan_man = 0, by_os = 0;
    for (guint i = 0; i < profiles->side[side]->len; i++) {
        const smbt_profile *p = smbt_profiles_get(profiles, side, i);
        smbt_profile_mask bit = UINT64_C(1) << i;
        if (fits(p->native_lan_man, native_lan_man)) by_lan_man |= bit;
        if (fits(p->native_os, native_os)) by_os |= bit;
    }
    return by_lan_man ? by_lan_man : by_os;
}

smbt_profile_mask smbt_profiles_by_name(const smbt_profiles *profiles, enum smbt_side side,
                                        const char *native_os, const char *native_lan_man)
{
    smbt_profile_mask fit = that_fit(profiles, side, native_os, native_lan_man), fallback = 0;
    for (guint i = 0; i < profiles->side[side]->len; i++)
        if (smbt_profiles_get(profiles, side, i)->fallback) fallback |= UINT64_C(1) << i;
    return fit ? fit : fallback;
}

smbt_profile_mask smbt_profiles_of_client(const smbt_profiles *profiles, const char *native_os,
                                          const char *native_lan_man, bool names_seen)
{
    if (!names_seen) return 0;
    bool named = (native_os && *native_os) || (native_lan_man && *native_lan_man);
    if (named) return that_fit(profiles, SMBT_SIDE_CLIENT, native_os, native_lan_man);
    smbt_profile_mask nameless = 0;
    for (guint i = 0; i < profiles->side[SMBT_SIDE_CLIENT]->len; i++)
        if (smbt_profiles_get(profiles, SMBT_SIDE_CLIENT, i)->nameless) nameless |= UINT64_C(1) << i;
    return nameless;
}
