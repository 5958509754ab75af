/* Which options go together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include "format.h"
#include "message.h"

#include <stdio.h>
#include <string.h>

static bool check_format(const struct options *options)
{
    bool traces = options_trace(options);
    enum format_room room = traces ? ROOM_STATE : options->what_ifs ? ROOM_WHAT_IF : 0;
    if ((options->format->rooms & room) == room) return true;
    g_autofree char *names = format_names(room);
    message_print("%s: its answer has no place in %s; use --format %s", traces ? "--trace" : "--what-if",
                  options->format->name, names);
    return false;
}

static bool check_attachments(const struct options *options)
{
    if (!options->annotate && !options->ticket) return true;
    if (!options_trace(options)) return true;
    message_print("%s: not together with --trace, which finds nothing; leave one of them out",
                  options->annotate ? "--annotate" : "--ticket");
    return false;
}

static bool check_summary(const struct options *options)
{
    if (!options->summary) return true;
    if (!options->format->digest) {
        message_print("--summary: has no place in %s, which counts by itself; use --format text or markdown",
                      options->format->name);
        return false;
    }
    if (!options_trace(options) && !options->ends && !options->what_ifs) return true;
    message_print("--summary: tells no frame by itself; leave --trace, --end and --what-if out");
    return false;
}

static bool check_join(const struct options *options)
{
    if (options->join && options->continuous)
        message_print("--join: of captures from several places, --continuous of one in several files; join "
                      "the files of "
                      "each place first, with mergecap");
    return !options->join || !options->continuous;
}

static bool check_inputs(const struct options *options)
{
    if (options->explain || options->list || options->version || options->doctor || options->help)
        return true;
    bool has_list = options->files_from != NULL;
    if (!has_list && (!options->inputs || !options->inputs[0])) {
        if (options->ticket || options->annotate)
            message_print("%s %s: of which capture? name a capture too",
                          options->ticket ? "--ticket" : "--annotate",
                          options->ticket ? options->ticket : options->annotate);
        else
            fputs("usage: smbtrace-check [OPTION...] FILE|DIRECTORY|- ...; --help says more\n", stderr);
        return false;
    }
    unsigned standard_input = has_list && strcmp(options->files_from, "-") == 0;
    for (char **input = options->inputs; input && *input; input++) {
        if (!**input) {
            message_print("\"\": an empty file name; name a FILE, a DIRECTORY or - for standard input");
            return false;
        }
        if (strcmp(*input, "-") == 0) standard_input++;
    }
    if (standard_input > 1) message_print("-: standard input named more than once; name it once");
    return standard_input <= 1;
}

bool options_check(const struct options *options)
{
    return check_format(options) && check_attachments(options) && check_join(options) &&
           check_summary(options) && check_inputs(options);
}
