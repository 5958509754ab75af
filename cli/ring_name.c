/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ring_name.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_DIGITS 5
#define NUMBERS       100000u
#define TIME_DIGITS   14
/* "_NNNNN_YYYYMMDDhhmmss" */
#define TAIL (1 + NUMBER_DIGITS + 1 + TIME_DIGITS)

struct ring_name {
    size_t name; /* its length, with the folder */
    unsigned number;
};

static const char digits[] = "0123456789";

static bool is_tail(const char *p)
{
    return p[0] == '_' && strspn(p + 1, digits) == NUMBER_DIGITS && p[1 + NUMBER_DIGITS] == '_' &&
           strspn(p + 2 + NUMBER_DIGITS, digits) == TIME_DIGITS && (p[TAIL] == '.' || p[TAIL] == '\0');
}

static bool parse(const char *path, struct ring_name *ret_name)
{
    const char *slash = strrchr(path, '/');
    for (const char *p = slash ? slash : path; (p = strchr(p, '_')); p++) {
        if (!is_tail(p)) continue;
        *ret_name = (struct ring_name){(size_t)(p - path), (unsigned)strtoul(p + 1, NULL, 10)};
        return true;
    }
    return false;
}

unsigned ring_name_steps(const char *earlier, const char *later)
{
    struct ring_name a, b;
    if (!parse(earlier, &a) || !parse(later, &b)) return 0;
    if (a.name != b.name || memcmp(earlier, later, a.name) != 0) return 0;
    unsigned steps = (b.number + NUMBERS - a.number) % NUMBERS;
    return steps < NUMBERS / 2 ? steps : 0;
}
