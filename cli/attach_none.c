/* In place of attach.c where libwiretap is not there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "attach.h"

#include "message.h"

bool attach_new(const struct options *options, const GPtrArray *entries, struct attach **ret_attach)
{
    (void)entries;
    *ret_attach = NULL;
    if (!options->annotate && !options->ticket) return true;
    message_print("%s: this program was built without libwiretap, which writes captures; build it where "
                  "libwireshark-dev is installed",
                  options->annotate ? "--annotate" : "--ticket");
    return false;
}

void attach_free(struct attach *attach)
{
    (void)attach;
}

void attach_record(struct attach *attach, const smbt_record *record)
{
    (void)attach, (void)record;
}

GPtrArray *attach_finish(struct attach *attach, const struct input *input, const smbt_input_info *about,
                         const smbt_capture_info *info)
{
    (void)attach, (void)input, (void)about, (void)info;
    return g_ptr_array_new();
}
