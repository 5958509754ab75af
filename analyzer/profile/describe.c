/* Profiles as text, for people.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/key.h"

void smbt_append_wrapped(GString *s, glong column, int indent, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (int i = 0; words[i]; i++) {
        glong length = g_utf8_strlen(words[i], -1);
        if (i > 0 && column + 1 + length > SMBT_LINE) {
            g_string_append_printf(s, "\n%*s", indent, "");
            column = indent;
        } else if (i > 0) {
            g_string_append_c(s, ' ');
            column++;
        }
        g_string_append(s, words[i]);
        column += length;
    }
    g_string_append_c(s, '\n');
}

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

static gint compare_values(gconstpointer a, gconstpointer b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void add_once(GArray *values, int64_t value)
{
    for (guint i = 0; i < values->len; i++)
        if (g_array_index(values, int64_t, i) == value) return;
    g_array_append_val(values, value);
}

/* Those of an enum; the durations that profiles have, of which one may be "off". */
static GArray *values_of(const smbt_profiles *profiles, enum smbt_key k)
{
    const smbt_key_info *key = smbt_key_get(k);
    GArray *values = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (int64_t i = key->lowest; key->type == SMBT_KEY_ENUM && i <= key->highest; i++)
        g_array_append_val(values, i);
    if (key->type == SMBT_KEY_ENUM) return values;
    for (unsigned i = 0; i < smbt_profiles_count(profiles, key->side); i++) {
        const smbt_profile *p = smbt_profiles_get(profiles, key->side, i);
        if (p->value[k].known) add_once(values, p->value[k].value);
    }
    if (*key->words) add_once(values, SMBT_NEVER);
    if (values->len == 0) add_once(values, key->highest);
    g_array_sort(values, compare_values);
    return values;
}

char *smbt_profiles_list_keys(const smbt_profiles *profiles)
{
    GString *s = g_string_new(NULL);
    for (int k = 0; k < SMBT_KEY_MAX; k++) {
        const smbt_key_info *key = smbt_key_get((enum smbt_key)k);
        g_autoptr(GArray) values = values_of(profiles, (enum smbt_key)k);
        g_string_append_printf(s, "%s.%s = ", smbt_side_name(key->side), key->name);
        for (guint i = 0; i < values->len; i++) {
            g_autofree char *value = smbt_key_format(key, g_array_index(values, int64_t, i));
            g_string_append_printf(s, "%s%s", i ? ", " : "", value);
        }
        g_autofree char *range = key->type == SMBT_KEY_DURATION ? smbt_key_range(key) : NULL;
        g_autofree char *meaning =
            range ? g_strdup_printf("%s (%s)", key->meaning, range) : g_strdup(key->meaning);
        g_string_append(s, "\n    ");
        smbt_append_wrapped(s, 4, 4, meaning);
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
        if (p->timeout_setting) {
            g_string_append(s, "  waits for an answer as long as this says: ");
            smbt_append_wrapped(s, 43, 4, p->timeout_setting);
        }
        if (p->doubtful)
            g_string_append(s, "  doubtful: sources contradict it, so what rests on it alone is less sure\n");
        for (int k = 0; k < SMBT_KEY_MAX; k++) {
            const smbt_key_info *key = smbt_key_get((enum smbt_key)k);
            if (key->side != p->side) continue;
            g_autofree char *value =
                p->value[k].known ? smbt_key_format(key, p->value[k].value) : g_strdup("unknown");
            g_autofree char *range = smbt_key_range(key);
            g_autofree char *meaning = g_strdup_printf("%s (%s)", key->meaning, range);
            g_string_append_printf(s, "\n  %s.%s = %s\n    ", smbt_side_name(p->side), key->name, value);
            smbt_append_wrapped(s, 4, 4, meaning);
            if (!p->value[k].known) continue;
            g_string_append(s, "    source: ");
            smbt_append_wrapped(s, 12, 6, p->value[k].source);
        }
    }
    return g_string_free(s, s->len == 0);
}
