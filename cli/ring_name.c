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

/* tcpdump -C writes no more digits than that. */
#define PLAIN_DIGITS 6

struct ring_name {
    size_t name; /* its length, with the folder */
    unsigned number;
    bool is_plain; /* tcpdump's: where its numbers begin anew is not known */
};

static const char digits[] = "0123456789";

static bool is_tail(const char *p)
{
    return p[0] == '_' && strspn(p + 1, digits) == NUMBER_DIGITS && p[1 + NUMBER_DIGITS] == '_' &&
           strspn(p + 2 + NUMBER_DIGITS, digits) == TIME_DIGITS && (p[TAIL] == '.' || p[TAIL] == '\0');
}

/* NAME.pcap, NAME.pcap1, NAME.pcap2 ... */
static bool parse_plain(const char *path, struct ring_name *ret_name)
{
    static const char *const suffixes[] = {".pcap", ".cap", ".dmp", ".dump"};
    size_t whole = strlen(path), name = whole;
    while (name > 0 && strchr(digits, path[name - 1]))
        name--;
    if (whole - name > PLAIN_DIGITS) return false;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t n = strlen(suffixes[i]);
        if (name <= n || strncmp(path + name - n, suffixes[i], n) != 0) continue;
        *ret_name = (struct ring_name){name, (unsigned)strtoul(path + name, NULL, 10), true};
        return true;
    }
    return false;
}

static bool parse(const char *path, struct ring_name *ret_name)
{
    const char *slash = strrchr(path, '/');
    for (const char *p = slash ? slash : path; (p = strchr(p, '_')); p++) {
        if (!is_tail(p)) continue;
        *ret_name = (struct ring_name){(size_t)(p - path), (unsigned)strtoul(p + 1, NULL, 10), false};
        return true;
    }
    return parse_plain(path, ret_name);
}

unsigned ring_name_steps(const char *earlier, const char *later)
{
    struct ring_name a, b;
    if (!parse(earlier, &a) || !parse(later, &b)) return 0;
    if (a.name != b.name || a.is_plain != b.is_plain || memcmp(earlier, later, a.name) != 0) return 0;
    if (a.is_plain) return b.number > a.number ? b.number - a.number : 0;
    unsigned steps = (b.number + NUMBERS - a.number) % NUMBERS;
    return steps < NUMBERS / 2 ? steps : 0;
}
