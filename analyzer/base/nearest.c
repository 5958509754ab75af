/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <smbtrace/smbtrace.h>
#include <string.h>

/* Longer ones are no words that somebody mistyped. */
#define WORD_MAX 64

/* Lower case, with one sign for blanks, underscores and hyphens. The length. */
static size_t plain(const char *word, char ret_plain[WORD_MAX + 1])
{
    size_t n = 0;
    for (; n < WORD_MAX && word[n]; n++)
        ret_plain[n] = word[n] == '_' || word[n] == ' ' ? '-' : g_ascii_tolower(word[n]);
    ret_plain[n] = '\0';
    return n;
}

/* Letters to change, add, leave out or swap with their neighbour, to make b of a. */
static unsigned distance(const char *a, size_t n, const char *b, size_t m)
{
    unsigned rows[3][WORD_MAX + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned change = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = MIN(change, MIN(last[j], row[j - 1]) + 1);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = MIN(row[j], before[j - 2] + 1);
        }
        unsigned *oldest = before;
        before = last, last = row, row = oldest;
    }
    return last[m];
}

const char *smbt_nearest(const char *word, const char *const *words)
{
    char typed[WORD_MAX + 1], known[WORD_MAX + 1];
    size_t n = plain(word, typed);
    if (n < 2 || word[n]) return NULL;
    const char *nearest = NULL;
    unsigned least = (unsigned)CLAMP(n / 3, 1, 3) + 1;
    for (; *words; words++) {
        size_t m = plain(*words, known);
        unsigned d = distance(typed, n, known, m);
        /* A beginning is nearer than its length says. */
        if (n >= 3 && m > n && memcmp(typed, known, n) == 0) d = MIN(d, 1);
        if (d >= least) continue;
        least = d;
        nearest = *words;
    }
    return nearest;
}
