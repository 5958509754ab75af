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

void attach_record(struct attach *attach, const smbt_places *origins, const smbt_record *record)
{
    (void)attach, (void)origins, (void)record;
}

void attach_report(struct attach *attach, const char *file, const smbt_record *record)
{
    (void)attach, (void)file, (void)record;
}

char *attach_copy_begin(struct attach *attach, const struct sequence *sequence)
{
    (void)attach, (void)sequence;
    return NULL;
}

char *attach_copy_packet(struct attach *attach, const struct member *member)
{
    (void)attach, (void)member;
    return NULL;
}

const struct input *attach_copy_end(struct attach *attach, char **ret_problem)
{
    (void)attach, (void)ret_problem;
    return NULL;
}

void attach_part(struct attach *attach, const smbt_input_info *about, const smbt_capture_info *info)
{
    (void)attach, (void)about, (void)info;
}

GPtrArray *attach_finish(struct attach *attach, const struct input *input, const smbt_places *origins,
                         const smbt_input_info *about, const smbt_capture_info *info)
{
    (void)attach, (void)input, (void)origins, (void)about, (void)info;
    return g_ptr_array_new();
}
