/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/timer.h"

#include "profile/key.h"

#include <string.h>

#define SERVICES "HKLM\\SYSTEM\\CurrentControlSet\\Services\\"

#define SERVER SMBT_SIDE_SERVER
#define CLIENT SMBT_SIDE_CLIENT
static const smbt_timer_info timers[SMBT_TIMER_MAX] = {
#define SMBT_TIMER(id, name, side, value, scan, on, ...)                                                     \
    [SMBT_TIMER_##id] = {name, side, SMBT_KEY_##value, SMBT_KEY_##scan, SMBT_KEY_##on, __VA_ARGS__},
#include "profile/timers.def"
#undef SMBT_TIMER
};
#undef SERVER
#undef CLIENT

const smbt_timer_info *smbt_timer_get(enum smbt_timer timer)
{
    return &timers[timer];
}

static bool is_named(const smbt_timer_info *t, const char *name)
{
    const char *last = t->registry ? strrchr(t->registry, '\\') : NULL;
    return g_ascii_strcasecmp(name, t->id) == 0 ||
           g_ascii_strcasecmp(name, smbt_key_get(t->value)->name) == 0 ||
           g_ascii_strcasecmp(name, smbt_key_get(t->on)->name) == 0 ||
           (last && g_ascii_strcasecmp(name, last + 1) == 0) ||
           (t->smb_conf && g_ascii_strcasecmp(name, t->smb_conf) == 0);
}

int smbt_timer_find(const char *name)
{
    for (int i = 0; i < SMBT_TIMER_MAX; i++)
        if (is_named(&timers[i], name)) return i;
    return -1;
}

/* Whether its value is only by how much later it may be noticed. */
static bool is_lateness(const smbt_timer_info *t)
{
    return t->on != t->value;
}

/* ---- Values, grouped
 * ------------------------------------------------------------------------------------------------------- */

/* The profiles for which a clock has one value, from one source where that matters. */
typedef struct group {
    bool known;
    int64_t value;
    const char *source;  /* NULL: unknown */
    GPtrArray *profiles; /* of const smbt_profile */
} group;

static void group_free(gpointer data)
{
    group *g = data;
    g_ptr_array_unref(g->profiles);
    g_free(g);
}

/* The value that a profile's clock runs with: off where its switch is off, unknown where that is unknown. */
static smbt_value value_of(const smbt_profile *p, enum smbt_key key, enum smbt_key on)
{
    if (on == key || smbt_profile_is(p, on, SMBT_ON)) return p->value[key];
    smbt_value off = p->value[on];
    off.value = SMBT_NEVER;
    return off;
}

/* Of group, in the order of the profiles, the unknown last. */
static GPtrArray *groups_of(const smbt_profiles *profiles, enum smbt_side side, enum smbt_key key,
                            enum smbt_key on, bool by_source)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    group *unknown = g_new0(group, 1);
    unknown->profiles = g_ptr_array_new();
    for (unsigned i = 0; i < smbt_profiles_count(profiles, side); i++) {
        const smbt_profile *p = smbt_profiles_get(profiles, side, i);
        if (p->doubtful && !by_source) continue; /* only the list that names sources can tell why */
        smbt_value v = value_of(p, key, on);
        group *to = v.known ? NULL : unknown;
        for (guint j = 0; !to && j < groups->len; j++) {
            group *g = groups->pdata[j];
            if (g->value == v.value && (!by_source || strcmp(g->source, v.source) == 0)) to = g;
        }
        if (!to) {
            to = g_new0(group, 1);
            *to = (group){.known = true, .value = v.value, .source = v.source};
            to->profiles = g_ptr_array_new();
            g_ptr_array_add(groups, to);
        }
        g_ptr_array_add(to->profiles, (gpointer)p);
    }
    g_ptr_array_add(groups, unknown);
    return groups;
}

static int by_value(gconstpointer a, gconstpointer b)
{
    const group *x = *(group *const *)a, *y = *(group *const *)b;
    if (x->known != y->known) return x->known ? -1 : 1;
    return x->value < y->value ? -1 : x->value > y->value;
}

/* Of those that run, or else the one that is off; NULL when all are unknown. */
static const group *commonest(const GPtrArray *groups)
{
    const group *most = NULL, *off = NULL;
    for (guint i = 0; i < groups->len; i++) {
        const group *g = groups->pdata[i];
        if (g->known && g->value == SMBT_NEVER)
            off = g;
        else if (g->known && (!most || g->profiles->len > most->profiles->len))
            most = g;
    }
    return most ? most : off;
}

/* "Windows NT 4.0" is "NT 4.0", "Samba, reset on ..." is "Samba". */
static char *short_title(const smbt_profile *p)
{
    const char *title = p->title;
    if (g_str_has_prefix(title, "Windows ")) title += strlen("Windows ");
    return g_strndup(title, strcspn(title, ","));
}

/* " NT 4.0, 98" for the profiles of a group; NULL when there are more than two to name. */
static char *holders(const group *g)
{
    g_autoptr(GPtrArray) titles = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < g->profiles->len; i++) {
        char *title = short_title(g->profiles->pdata[i]);
        if (g_ptr_array_find_with_equal_func(titles, title, g_str_equal, NULL))
            g_free(title);
        else
            g_ptr_array_add(titles, title);
    }
    if (titles->len > 2) return NULL;
    g_ptr_array_add(titles, NULL);
    g_autofree char *joined = g_strjoinv(", ", (char **)titles->pdata);
    return g_strconcat(" ", joined, NULL);
}

static char *format_value(const smbt_timer_info *t, const group *g)
{
    return g->known ? smbt_key_format(smbt_key_get(t->value), g->value) : g_strdup("unknown");
}

/* "60s; 45s NT 4.0, 98": the commonest value, then who has another. */
static char *brief_values(const smbt_profiles *profiles, const smbt_timer_info *t)
{
    g_autoptr(GPtrArray) groups = groups_of(profiles, t->side, t->value, t->on, false);
    const group *most = commonest(groups);
    if (!most) return g_strdup("unknown");
    g_autofree char *first = format_value(t, most), *who = most->profiles->len > 2 ? NULL : holders(most);
    GString *s = g_string_new(first);
    if (is_lateness(t) && most->value != SMBT_NEVER) g_string_append(g_string_prepend(s, "up to "), " late");
    if (who) g_string_append(s, who);
    for (guint i = 0; i < groups->len; i++) {
        const group *g = groups->pdata[i];
        if (g == most || !g->known || g->value == SMBT_NEVER) continue;
        g_autofree char *value = format_value(t, g), *others = holders(g);
        g_string_append_printf(s, "; %s%s", value, others ? others : " and others");
    }
    return g_string_free(s, FALSE);
}

char *smbt_timers_list(const smbt_profiles *profiles)
{
    char *values[SMBT_TIMER_MAX];
    size_t width = 0;
    for (int i = 0; i < SMBT_TIMER_MAX; i++) {
        values[i] = brief_values(profiles, &timers[i]);
        width = MAX(width, strlen(values[i]));
    }
    GString *s = g_string_new(NULL);
    for (int i = 0; i < SMBT_TIMER_MAX; i++) {
        g_string_append_printf(s, "%-26s%-8s%-*s%s\n", timers[i].id, smbt_side_name(timers[i].side),
                               (int)MIN(width, 48) + 2, values[i], timers[i].brief);
        g_free(values[i]);
    }
    return g_string_free(s, FALSE);
}

/* ---- One of them at length
 * ------------------------------------------------------------------------------------------------- */

#define TEXT 16 /* the column where text begins, behind its label */

static void append_labelled(GString *s, const char *label, const char *text)
{
    g_string_append_printf(s, "  %-*s", TEXT - 2, label);
    smbt_append_wrapped(s, TEXT, TEXT, text);
}

static void append_group(GString *s, const smbt_timer_info *t, const group *g)
{
    g_autofree char *value = format_value(t, g);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < g->profiles->len; i++)
        g_ptr_array_add(names, (gpointer)((const smbt_profile *)g->profiles->pdata[i])->name);
    g_ptr_array_add(names, NULL);
    g_autofree char *joined = g_strjoinv(", ", (char **)names->pdata);
    append_labelled(s, value, joined);
    if (!g->source) return;
    g_string_append_printf(s, "%*s", TEXT + 2, "");
    smbt_append_wrapped(s, TEXT + 2, TEXT + 2, g->source);
}

static void append_values(GString *s, const smbt_profiles *profiles, const smbt_timer_info *t)
{
    g_autoptr(GPtrArray) groups = groups_of(profiles, t->side, t->value, t->on, true);
    g_ptr_array_sort(groups, by_value);
    g_string_append_printf(s, "\n%s, by profile, and where that comes from:\n",
                           is_lateness(t) ? "How late it may be" : "Its value");
    for (guint i = 0; i < groups->len; i++)
        if (((const group *)groups->pdata[i])->profiles->len) append_group(s, t, groups->pdata[i]);
}

/* A value to try: the shorter one that others have, or else twice the usual one. */
static int64_t another_value(const smbt_profiles *profiles, const smbt_timer_info *t)
{
    const smbt_key_info *key = smbt_key_get(t->value);
    g_autoptr(GPtrArray) groups = groups_of(profiles, t->side, t->value, t->on, false);
    const group *most = commonest(groups);
    if (!most || most->value == SMBT_NEVER) return key->highest;
    for (guint i = 0; i < groups->len; i++) {
        const group *g = groups->pdata[i];
        if (g->known && g->value < most->value) return g->value;
    }
    return MIN(most->value > 0 ? 2 * most->value : (int64_t)SMBT_SEC, key->highest);
}

static void append_settings(GString *s, const smbt_profiles *profiles, const smbt_timer_info *t)
{
    const smbt_key_info *key = smbt_key_get(t->value);
    const char *side = smbt_side_name(t->side);
    g_string_append_printf(s, "\nTo change it:\n");
    if (t->registry)
        g_string_append_printf(s, "  on Windows, the registry value\n    " SERVICES "%s\n", t->registry);
    if (t->smb_conf) g_string_append_printf(s, "  on Samba, the option \"%s\" of smb.conf\n", t->smb_conf);
    if (!t->registry && !t->smb_conf) g_string_append(s, "  no setting of any system is known\n");
    g_autofree char *range = smbt_key_range(key), *value = smbt_key_format(key, another_value(profiles, t));
    g_string_append_printf(s, "\nTo see what would have been:\n  --set %s.%s=%s\n  --what-if %s.%s=%s\n",
                           side, key->name, value, side, key->name, value);
    if (is_lateness(t)) g_string_append_printf(s, "  --set %s.%s=off\n", side, smbt_key_get(t->on)->name);
    g_string_append_printf(s, "It takes %s.\n", range);
}

char *smbt_timers_explain(const smbt_profiles *profiles, const char *name)
{
    int at = smbt_timer_find(name);
    if (at < 0) return NULL;
    const smbt_timer_info *t = &timers[at];
    GString *s = g_string_new(NULL);
    const smbt_key_info *key = smbt_key_get(t->value);
    g_autofree char *setting = g_strdup_printf("%s.%s", smbt_side_name(t->side), key->name);
    g_string_append_printf(s, "%s: a clock of the %s\n\n", t->id, smbt_side_name(t->side));
    append_labelled(s, "key", setting);
    append_labelled(s, "measures", key->meaning);
    append_labelled(s, "armed by", t->arms);
    append_labelled(s, "restarted by", t->restarts);
    append_labelled(s, "stopped by", t->stops);
    append_labelled(s, "runs out", t->action);
    if (t->scan != t->value) {
        smbt_timer_info scan = {.side = t->side, .value = t->scan, .scan = t->scan, .on = t->scan};
        g_autofree char *late = brief_values(profiles, &scan);
        g_autofree char *text = g_strdup_printf("up to %s.%s later: %s", smbt_side_name(t->side),
                                                smbt_key_get(t->scan)->name, late);
        append_labelled(s, "noticed", text);
    }
    append_labelled(s, "source", t->source);
    append_values(s, profiles, t);
    append_settings(s, profiles, t);
    return g_string_free(s, FALSE);
}
