/* Profiles as text, for people.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/key.h"

char *smbt_profiles_list(const smbt_profiles *profiles)
{
    GString *s = g_string_new(NULL);
    for (int side = 1; side >= 0; side--)
        for (guint i = 0; i < smbt_profiles_count(profiles, (enum smbt_side)side); i++) {
            const smbt_profile *p = smbt_profiles_get(profiles, (enum smbt_side)side, i);
            g_string_append_printf(s, "%-7s %-24s %s\n", smbt_side_name((enum smbt_side)side), p->name,
                                   p->title);
        }
    return g_string_free(s, FALSE);
}

char *smbt_profiles_explain(const smbt_profiles *profiles, const char *name)
{
    GString *s = g_string_new(NULL);
    for (int side = 1; side >= 0; side--) {
        int at = smbt_profiles_find(profiles, (enum smbt_side)side, name);
        if (at < 0) continue;
        const smbt_profile *p = smbt_profiles_get(profiles, (enum smbt_side)side, (unsigned)at);
        if (s->len) g_string_append_c(s, '\n');
        g_string_append_printf(s, "%s profile %s: %s\n", smbt_side_name(p->side), p->name, p->title);
        if (p->native_os) {
            g_autofree char *patterns = g_strjoinv(", ", p->native_os);
            g_string_append_printf(s, "  chosen when NativeOS is %s\n", patterns);
        }
        if (p->native_lan_man) {
            g_autofree char *patterns = g_strjoinv(", ", p->native_lan_man);
            g_string_append_printf(s, "  chosen when NativeLanMan is %s\n", patterns);
        }
        if (p->nameless) g_string_append(s, "  chosen when NativeOS and NativeLanMan are empty\n");
        for (int k = 0; k < SMBT_KEY_MAX; k++) {
            const smbt_key_info *key = smbt_key_get((enum smbt_key)k);
            if (key->side != p->side) continue;
            g_autofree char *value =
                p->value[k].known ? smbt_key_format(key, p->value[k].value) : g_strdup("unknown");
            g_autofree char *range = smbt_key_range(key);
            g_string_append_printf(s, "\n  %s.%s = %s\n    %s (%s)\n", smbt_side_name(p->side), key->name,
                                   value, key->meaning, range);
            if (p->value[k].known) g_string_append_printf(s, "    source: %s\n", p->value[k].source);
        }
    }
    return g_string_free(s, s->len == 0);
}
