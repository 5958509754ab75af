/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <smbtrace/smbtrace.h>

uint64_t smbt_record_frame(const smbt_record *record)
{
    switch (record->type) {
    case SMBT_RECORD_END: return record->end->frame;
    case SMBT_RECORD_OBSERVATION: return record->observation->frame;
    case SMBT_RECORD_PATTERN: return record->pattern->first_frame;
    default: return 0;
    }
}

const char *smbt_no_return_name(enum smbt_no_return why)
{
    static const char *const names[SMBT_RETURN_MAX] = {[SMBT_RETURN_UNSEEN] = "unseen",
                                                       [SMBT_RETURN_NO_LOGON] = "no-logon",
                                                       [SMBT_RETURN_UNTOLD] = "untold",
                                                       [SMBT_RETURN_NEEDLESS] = "needless",
                                                       [SMBT_RETURN_MIDSTREAM] = "midstream"};
    return why < SMBT_RETURN_MAX ? names[why] : NULL;
}
