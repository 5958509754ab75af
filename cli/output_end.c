/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output_parts.h"

#include "message.h"

/* What went wrong with one of fewer inputs is still to be seen above. */
#define LISTED_FROM 10

/* Named one by one where all is told. */
void output_tell_skipped(const struct output *output, const char *directory)
{
    if (output->skipped && !output->options->verbose && !output->options->quiet)
        message_print("%s%s%u %s skipped: no capture by %s first bytes (-v names %s)",
                      directory ? directory : "", directory ? ": " : "", output->skipped,
                      output->skipped == 1 ? "file" : "files", output->skipped == 1 ? "its" : "their",
                      output->skipped == 1 ? "it" : "them");
}

void output_interrupted(struct output *output, unsigned not_begun)
{
    if (not_begun == 0) return;
    output->is_incomplete = true;
    output->rendering.not_read = not_begun;
    output->rendering.inputs = not_begun + output->inputs;
    message_print("interrupted: %u of %u inputs were not read; run again for those", not_begun,
                  output->rendering.inputs);
}

/* What went wrong while the report scrolled by. */
static void list_unwhole(const struct output *output)
{
    unsigned all = output->rendering.captures + output->rendering.unread;
    if (output->unwhole_count == 0 || all < LISTED_FROM) return;
    message_print("%u of %u inputs %s not read whole:", output->unwhole_count, all,
                  output->unwhole_count == 1 ? "was" : "were");
    for (guint i = 0; i < output->unwhole->len; i++)
        message_print("  %s", (const char *)output->unwhole->pdata[i]);
    unsigned more = output->unwhole_count - output->unwhole->len;
    if (more) message_print("  and %u more", more);
}

static void put_section(struct output *output, unsigned section)
{
    const struct format *format = output->format;
    g_autoptr(GString) text = g_string_new(NULL);
    if (format->open && !format->open(text, &output->rendering, section)) return;
    output_put_string(output, text);
    uint64_t size = spool_size(&output->spools[section]);
    if (output->rows && section == format->index_section) {
        bool done = index_write(output->rows, &output->spools[section], format, &output->rendering,
                                output_put, output);
        output_take_spool_error(output, &output->spools[section]);
        output_check(output, done);
    } else if (size)
        output_put_spool(output, &output->spools[section], size - format->separator);
    g_string_truncate(text, 0);
    if (format->close) format->close(text, &output->rendering, section);
    output_put_string(output, text);
}

static void put_digest(const struct output *output, GString *text)
{
    output->format->digest(text, &output->rendering, output->digest);
    if (output->format->left_out) output->format->left_out(text, &output->rendering, output->digest);
}

static void put_end(struct output *output)
{
    if (output->format->layout == LAYOUT_DOCUMENT) {
        output_put_begin(output);
        for (unsigned i = 0; i < output->format->sections; i++)
            put_section(output, i);
    }
    g_autoptr(GString) text = g_string_new(NULL);
    if (output->options->summary) put_digest(output, text);
    if (output->format->end) output->format->end(text, &output->rendering);
    output_put_string(output, text);
}

int output_end(struct output *output)
{
    put_end(output);
    return output->error;
}

static const char *name_target(const struct output *output)
{
    return output->options->output ? output->options->output : "standard output";
}

int output_finish(struct output *output)
{
    if (output_end(output) != 0) {
        if (output->is_spool_error)
            message_print("%s: temporary files can't be kept there: %s; set TMPDIR to a folder with space",
                          g_get_tmp_dir(), g_strerror(output->error));
        else
            message_print("%s: the report can't be written: %s; check the space there", name_target(output),
                          g_strerror(output->error));
        return STATUS_INTERNAL;
    }
    if (output->has_failed) return STATUS_INTERNAL;
    if (output->is_gone) return STATUS_UNREAD;
    output_tell_skipped(output, NULL); /* of directories that are one capture, or not read to their end */
    list_unwhole(output);
    if (output->is_incomplete) return STATUS_INCOMPLETE;
    if (output->is_misused) return STATUS_USAGE;
    return output->tally.worst > (int)SMBT_SEVERITY_WARNING ? STATUS_FOUND : STATUS_CLEAN;
}
