/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smbt_schema_data.h"

#include <smbtrace/smbtrace.h>

const char *smbt_schema(void)
{
    return smbt_schema_data[0].text;
}
