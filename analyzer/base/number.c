/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/number.h"

#include <glib.h>

const char *smbt_number_format(char buf[SMBT_NUMBER_SIZE], uint64_t n)
{
    char digits[21];
    int len = g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, n), at = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) buf[at++] = ' ';
        buf[at++] = digits[i];
    }
    buf[at] = '\0';
    return buf;
}
