/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/host_name.h"

#include <glib.h>
#include <string.h>

/* Of hosts that nobody gave a name, and of programs that do not ask for it. */
static const char *const nobodys[] = {"localhost", "localhost.localdomain", "WORKSTATION"};

static bool is_nobodys(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(nobodys); i++)
        if (g_ascii_strcasecmp(name, nobodys[i]) == 0) return true;
    return false;
}

/* "pc1" of "pc1.corp.example". */
static bool is_part_of(const char *part, const char *name)
{
    size_t n = strlen(part);
    return n && strlen(name) > n && name[n] == '.' && !strchr(part, '.') &&
           g_ascii_strncasecmp(part, name, n) == 0;
}

enum smbt_same_host smbt_host_names_compare(const char *a, const char *b)
{
    if (g_ascii_strcasecmp(a, b) == 0) return is_nobodys(a) ? SMBT_HOST_UNDETERMINED : SMBT_HOST_SAME;
    if (!is_part_of(a, b) && !is_part_of(b, a)) return SMBT_HOST_DIFFERENT;
    return is_nobodys(a) || is_nobodys(b) ? SMBT_HOST_UNDETERMINED : SMBT_HOST_SAME;
}
