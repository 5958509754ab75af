/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/host_name.h"

#include <glib.h>
#include <string.h>

/* Of hosts that nobody gave a name, and of programs that do not ask for it. */
static const char *const nobodys[] = {"localhost", "localhost.localdomain", "WORKSTATION"};

/* jCIFS makes up one for each process: "JCIFS3_77_E4", and pseudonyms are of that form. */
static bool is_made_up(const char *name)
{
    if (g_ascii_strncasecmp(name, "JCIFS", 5) != 0) return false;
    const char *p = name + 5;
    for (int i = 0; i < 2; i++) {
        if (!g_ascii_isdigit(*p)) return false;
        while (g_ascii_isdigit(*p))
            p++;
        if (*p++ != '_') return false;
    }
    return g_ascii_isalnum(p[0]) && g_ascii_isalnum(p[1]) && !p[2];
}

bool smbt_host_name_is_nobodys(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(nobodys); i++)
        if (g_ascii_strcasecmp(name, nobodys[i]) == 0) return true;
    return is_made_up(name);
}

bool smbt_host_names_equal(const char *a, const char *b)
{
    if (g_ascii_strcasecmp(a, b) == 0) return true;
    if ((g_str_is_ascii(a) && g_str_is_ascii(b)) || !g_utf8_validate(a, -1, NULL) ||
        !g_utf8_validate(b, -1, NULL))
        return false;
    g_autofree char *x = g_utf8_casefold(a, -1), *y = g_utf8_casefold(b, -1);
    return strcmp(x, y) == 0;
}

/* "pc1" of "pc1.corp.example". */
static bool is_part_of(const char *part, const char *name)
{
    size_t n = strlen(part);
    return n && strlen(name) > n && name[n] == '.' && !strchr(part, '.') &&
           g_ascii_strncasecmp(part, name, n) == 0;
}

/* "accounting-serv" of "accounting-server": NetBIOS has no room for more. */
static bool is_cut_from(const char *part, const char *name)
{
    return strlen(part) == SMBT_NETBIOS_NAME_MAX && !strchr(part, '.') &&
           g_ascii_strncasecmp(part, name, SMBT_NETBIOS_NAME_MAX) == 0;
}

enum smbt_same_host smbt_host_names_compare(const char *a, const char *b)
{
    if (smbt_host_name_is_nobodys(a) || smbt_host_name_is_nobodys(b)) return SMBT_HOST_UNDETERMINED;
    if (smbt_host_names_equal(a, b) || is_part_of(a, b) || is_part_of(b, a)) return SMBT_HOST_SAME;
    return is_cut_from(a, b) || is_cut_from(b, a) ? SMBT_HOST_UNDETERMINED : SMBT_HOST_DIFFERENT;
}
