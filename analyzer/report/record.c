/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <smbtrace/smbtrace.h>

uint64_t smbt_record_frame(const smbt_record *record)
{
    switch (record->type) {
    case SMBT_RECORD_END: return record->end->frame;
    case SMBT_RECORD_OBSERVATION: return record->observation->frame;
    default: return 0;
    }
}
