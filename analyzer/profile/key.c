/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/key.h"

#include <string.h>

#define ENUM     SMBT_KEY_ENUM
#define DURATION SMBT_KEY_DURATION
#define SERVER   SMBT_SIDE_SERVER
#define CLIENT   SMBT_SIDE_CLIENT
static const smbt_key_info keys[SMBT_KEY_MAX] = {
#define SMBT_KEY(id, key_name, key_side, key_type, low, high, key_words, key_meaning)                        \
    [SMBT_KEY_##id] = {key_name, key_side, key_type, (int64_t)(low), (int64_t)(high), key_words, key_meaning},
#include "profile/keys.def"
#undef SMBT_KEY
};
#undef SERVER
#undef CLIENT
#undef ENUM
#undef DURATION

const smbt_key_info *smbt_key_get(enum smbt_key key)
{
    return &keys[key];
}

static bool parse_duration(const char *text, int64_t *ret_ns)
{
    static const struct {
        const char *unit;
        int64_t ns;
    } units[] = {{"us", 1000},         {"ms", 1000000},      {"s", 1000000000},
                 {"min", 60000000000}, {"h", 3600000000000}, {"d", 86400000000000}};
    char *unit;
    double n = g_ascii_strtod(text, &unit);
    if (unit == text || !(n >= 0)) return false;
    if (n == 0 && !*unit) { /* nothing of any unit */
        *ret_ns = 0;
        return true;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strcmp(unit, units[i].unit) != 0) continue;
        double ns = n * (double)units[i].ns;
        if (ns > 9e18) return false;
        *ret_ns = (int64_t)ns;
        return true;
    }
    return false;
}

static char *format_duration(int64_t ns)
{
    if (ns == SMBT_NEVER) return g_strdup("off");
    if (ns % 86400000000000 == 0 && ns) return g_strdup_printf("%" G_GINT64_FORMAT "d", ns / 86400000000000);
    if (ns % 60000000000 == 0 && ns >= 120000000000)
        return g_strdup_printf("%" G_GINT64_FORMAT "min", ns / 60000000000);
    if (ns % 1000000000 == 0) return g_strdup_printf("%" G_GINT64_FORMAT "s", ns / 1000000000);
    if (ns % 1000000 == 0) return g_strdup_printf("%" G_GINT64_FORMAT "ms", ns / 1000000);
    return g_strdup_printf("%" G_GINT64_FORMAT "us", ns / 1000);
}

/* Times that the key takes. */
static const char *examples_of(const smbt_key_info *key)
{
    if (key->highest >= (int64_t)(15 * SMBT_MIN)) return "45s or 15min";
    return key->highest > (int64_t)SMBT_MIN ? "45s or 2min" : "40ms or 2s";
}

/* "off, on" or "0s to 60s". */
char *smbt_key_range(const smbt_key_info *key)
{
    if (key->type == SMBT_KEY_ENUM) {
        g_auto(GStrv) words = g_strsplit(key->words, ",", -1);
        return g_strjoinv(", ", words);
    }
    g_autofree char *low = format_duration(key->lowest), *high = format_duration(key->highest);
    return g_strdup_printf("a time from %s to %s, such as %s%s", low, high, examples_of(key),
                           *key->words ? ", or off" : "");
}

char *smbt_key_format(const smbt_key_info *key, int64_t value)
{
    if (key->type == SMBT_KEY_DURATION) return format_duration(value);
    g_auto(GStrv) words = g_strsplit(key->words, ",", -1);
    return g_strdup(words[value]);
}

/* `origin` goes before the key's name in the error. */
bool smbt_key_parse(const smbt_key_info *key, const char *origin, const char *text, int64_t *ret_value,
                    GError **error)
{
    int64_t value = -1;
    if (key->type == SMBT_KEY_DURATION) {
        if (*key->words && strcmp(text, key->words) == 0) {
            *ret_value = SMBT_NEVER;
            return true;
        }
        if (!parse_duration(text, &value)) value = -1;
    } else {
        g_auto(GStrv) words = g_strsplit(key->words, ",", -1);
        for (int i = 0; words[i]; i++)
            if (strcmp(words[i], text) == 0) value = i;
    }
    if (value >= key->lowest && value <= key->highest) {
        *ret_value = value;
        return true;
    }
    g_autofree char *range = smbt_key_range(key);
    g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_RANGE, "%s%s can't be \"%s\"; it takes %s",
                origin, key->name, text, range);
    return false;
}

int smbt_key_find(const char *name, enum smbt_side side)
{
    for (int k = 0; k < SMBT_KEY_MAX; k++)
        if (keys[k].side == side && strcmp(keys[k].name, name) == 0) return k;
    return -1;
}

static char *known_keys(enum smbt_side side)
{
    GString *s = g_string_new(NULL);
    for (int k = 0; k < SMBT_KEY_MAX; k++)
        if (keys[k].side == side) g_string_append_printf(s, "%s%s", s->len ? ", " : "", keys[k].name);
    return g_string_free(s, s->len == 0) ?: g_strdup("none");
}

const char *smbt_key_nearest(const char *name, enum smbt_side side)
{
    const char *names[SMBT_KEY_MAX + 1];
    int n = 0;
    for (int k = 0; k < SMBT_KEY_MAX; k++)
        if (keys[k].side == side) names[n++] = keys[k].name;
    names[n] = NULL;
    return smbt_nearest(name, names);
}

bool smbt_key_unknown(const char *origin, const char *name, enum smbt_side side, GError **error)
{
    const char *meant = smbt_key_nearest(name, side);
    enum smbt_side other = side == SMBT_SIDE_SERVER ? SMBT_SIDE_CLIENT : SMBT_SIDE_SERVER;
    bool in_file = *origin; /* there the group names the side */
    if (!meant && !in_file && smbt_key_find(name, other) >= 0) {
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_UNKNOWN,
                    "no key \"%s\" for a %s; did you mean %s.%s?", name, smbt_side_name(side),
                    smbt_side_name(other), name);
        return false;
    }
    if (meant) {
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_UNKNOWN,
                    "%sno key \"%s\" for a %s; did you mean %s%s%s?", origin, name, smbt_side_name(side),
                    in_file ? "" : smbt_side_name(side), in_file ? "" : ".", meant);
        return false;
    }
    g_autofree char *list = known_keys(side);
    g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_UNKNOWN,
                "%sno key \"%s\" for a %s; there are: %s", origin, name, smbt_side_name(side), list);
    return false;
}
