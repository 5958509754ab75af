/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "refusal.h"

/* A file of a folder that is empty but bears a capture's name: somebody counts on it. */
static bool promises_capture(const struct entry *entry, const struct input *input)
{
    static const char *const suffixes[] = {".pcap",    ".pcapng",    ".cap",  ".dmp",
                                           ".pcap.gz", ".pcapng.gz", ".snoop"};
    if (!input->is_regular || input->size > 0) return false;
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (g_str_has_suffix(entry->path, suffixes[i])) return true;
    return false;
}

bool refusal_is_missed(const struct entry *entry, const struct input *input)
{
    return entry->is_named || input->can_not_open || promises_capture(entry, input);
}

void refusal_report(struct slot *slot, const struct options *options, const struct entry *entry,
                    const char *problem, bool is_missed)
{
    if (is_missed)
        output_problem(slot, entry->path, problem);
    else if (options->verbose)
        output_note(slot, entry->path, "skipped: not a capture");
}
