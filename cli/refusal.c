/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "refusal.h"

static bool is_named_so(const char *path, const char *const *suffixes)
{
    for (; *suffixes; suffixes++)
        if (g_str_has_suffix(path, *suffixes)) return true;
    return false;
}

bool refusal_promises_capture(const struct entry *entry)
{
    static const char *const suffixes[] = {".pcap",     ".pcapng",     ".pcap.gz",  ".pcapng.gz",
                                           ".pcap.zst", ".pcapng.zst", ".pcap.lz4", ".pcapng.lz4",
                                           ".snoop",    NULL};
    return entry->is_named || is_named_so(entry->path, suffixes);
}

/* A file of a folder that is empty but may bear a capture's name. */
static bool is_empty_capture(const struct entry *entry, const struct input *input)
{
    static const char *const suffixes[] = {".cap", ".dmp", NULL};
    return input->is_regular && input->size == 0 && is_named_so(entry->path, suffixes);
}

bool refusal_is_missed(const struct entry *entry, const struct input *input)
{
    return input->can_not_open || refusal_promises_capture(entry) || is_empty_capture(entry, input);
}

void refusal_report(struct slot *slot, const struct options *options, const struct entry *entry,
                    const char *name, const char *problem, bool is_missed)
{
    if (is_missed)
        output_problem(slot, entry->path, name, problem);
    else if (options->verbose)
        output_note(slot, entry->path, "skipped: not a capture");
    if (!is_missed) output_mark_skipped(slot);
}
