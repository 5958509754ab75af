/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <smbtrace/smbtrace.h>

const char *smbt_side_name(enum smbt_side side)
{
    static const char *const names[] = {
        [SMBT_SIDE_CLIENT] = "client", [SMBT_SIDE_SERVER] = "server", [SMBT_SIDE_UNKNOWN] = NULL};
    return names[side];
}
