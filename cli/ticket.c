/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ticket.h"

#include "anonymize.h"
#include "format.h"
#include "output.h"
#include "spool.h"
#include "ticket_readme.h"
#include "verdicts.h"
#include "zip.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* A report in one format, into a temporary file. */
struct report {
    struct options options; /* a copy that owns nothing */
    int fd;
    struct output *output;
    struct slot *slot;
};

enum { TEXT, HTML, JSON, REPORTS };
enum { README, REPORT_HTML, FINDINGS, EVIDENCE, FILES };

struct ticket {
    const struct options *options;
    char *name; /* of the capture, without its folder */
    struct report reports[REPORTS];
    GPtrArray *verdicts;
    int readme, evidence;      /* temporary files */
    const smbt_places *places; /* of the records, in full; NULL: there are none */
    smbt_places short_places;  /* files go by their short names */
};

static bool begin_report(struct report *report, const struct options *options, const struct format *format)
{
    report->fd = spool_temporary();
    if (report->fd < 0) return false;
    report->options = *options;
    report->options.format = format;
    report->options.quiet = report->options.verbose = report->options.keep_state = false;
    report->options.color = WHEN_NEVER;
    if (!options->severity_given) report->options.min_severity = format->least;
    report->output = output_new(&report->options, report->fd, 1);
    report->slot = output_open(report->output, 0);
    return true;
}

bool ticket_is_built_in(void)
{
    return zip_is_built_in();
}

struct ticket *ticket_new(const struct options *options, const char *path)
{
    struct ticket *ticket = g_new0(struct ticket, 1);
    ticket->options = options;
    g_autofree char *name = g_path_get_basename(path);
    ticket->name = options->anonymize ? anonymize_name(0) : g_utf8_make_valid(name, -1);
    ticket->verdicts = verdicts_new();
    for (unsigned i = 0; i < REPORTS; i++)
        ticket->reports[i].fd = -1;
    ticket->readme = spool_temporary();
    ticket->evidence = spool_temporary();
    bool fine = ticket->readme >= 0 && ticket->evidence >= 0 &&
                begin_report(&ticket->reports[TEXT], options, &format_text) &&
                begin_report(&ticket->reports[HTML], options, &format_html) &&
                begin_report(&ticket->reports[JSON], options, &format_json);
    if (fine) return ticket;
    int error = errno;
    ticket_free(ticket);
    errno = error;
    return NULL;
}

static void end_report(struct report *report)
{
    if (report->slot) output_close(report->slot);
    report->slot = NULL;
}

void ticket_free(struct ticket *ticket)
{
    if (!ticket) return;
    for (unsigned i = 0; i < REPORTS; i++) {
        struct report *report = &ticket->reports[i];
        end_report(report);
        if (report->output) output_free(report->output);
        if (report->fd >= 0) close(report->fd);
    }
    if (ticket->readme >= 0) close(ticket->readme);
    if (ticket->evidence >= 0) close(ticket->evidence);
    g_ptr_array_unref(ticket->verdicts);
    g_free(ticket->name);
    g_free(ticket);
}

void ticket_record(struct ticket *ticket, const smbt_record *record, bool is_listed)
{
    guint before = ticket->verdicts->len;
    verdicts_add(ticket->verdicts, record, NULL);
    if (!ticket->options->ends || ticket->verdicts->len == before) return;
    struct verdict *verdict = ticket->verdicts->pdata[before];
    verdict->is_listed = is_listed;
    verdict->is_left_out = !is_listed;
}

static smbt_place find_short(uint64_t frame, void *user)
{
    const struct ticket *ticket = user;
    smbt_place place = ticket->places->find(frame, ticket->places->user);
    place.file = place.label;
    return place;
}

/* The capture goes by its name without its folder, and so do its files. */
static const smbt_places *shorten(struct ticket *ticket, const smbt_places *places)
{
    if (!places) return NULL;
    ticket->places = places;
    ticket->short_places = (smbt_places){.find = find_short, .user = ticket};
    return &ticket->short_places;
}

void ticket_report(struct ticket *ticket, const char *file, const smbt_record *record)
{
    smbt_record named = *record;
    named.places = shorten(ticket, record->places);
    for (unsigned i = 0; i < REPORTS; i++)
        output_record(ticket->reports[i].slot, file || record->places ? file : ticket->name, &named);
}

void ticket_part(struct ticket *ticket, const smbt_input_info *about, const smbt_capture_info *info)
{
    for (unsigned i = 0; i < REPORTS; i++)
        output_part(ticket->reports[i].slot, about, info);
}

/* From the marked ones on; where there are none, all matter. */
static enum smbt_severity least_that_matters(const struct ticket *ticket)
{
    enum smbt_severity least = ticket->options->mark_severity;
    if (ticket->options->severity_given || ticket->options->ends) return least;
    for (guint i = 0; i < ticket->verdicts->len; i++)
        if (((const struct verdict *)ticket->verdicts->pdata[i])->severity >= least) return least;
    return SMBT_SEVERITY_INFO;
}

/* 0 or an errno. */
static int finish_reports(struct ticket *ticket, const smbt_input_info *about, const smbt_capture_info *info)
{
    smbt_input_info named = *about;
    named.file = ticket->name;
    smbt_capture_info placed = *info;
    placed.places = shorten(ticket, info->places);
    for (unsigned i = 0; i < REPORTS; i++) {
        struct report *report = &ticket->reports[i];
        output_capture(report->slot, &named, &placed);
        end_report(report);
        int error = output_end(report->output);
        if (error) return error;
    }
    return 0;
}

static bool write_evidence(struct ticket *ticket, const struct input *input, const smbt_places *origins,
                           enum smbt_severity least, struct evidence *ret_evidence, char **ret_problem)
{
    struct options options = *ticket->options;
    options.what_ifs = NULL;
    options.keep_state = false;
    options.format = &format_json;
    options.ticket = NULL;
    smbt_config *config = options_config(&options);
    struct evidence_request request = {.config = config,
                                       .verdicts = ticket->verdicts,
                                       .least = least,
                                       .notes_ends = ticket->options->ends != NULL,
                                       .origins = origins};
    bool fine = evidence_write(input, &request, ticket->evidence, ret_evidence, ret_problem);
    smbt_config_free(config);
    return fine;
}

static bool write_zip(const struct ticket *ticket, const smbt_capture_info *info, int fd, char **ret_problem)
{
    struct zip_entry entries[FILES] = {
        [README] = {"README.txt", ticket->readme},
        [REPORT_HTML] = {"report.html", ticket->reports[HTML].fd},
        [FINDINGS] = {"findings.json", ticket->reports[JSON].fd},
        [EVIDENCE] = {"evidence.pcapng", ticket->evidence},
    };
    /* A ZIP holds local times: the same everywhere. Nothing else of this program is. */
    setenv("TZ", "UTC0", 1);
    int64_t time = info->frames ? (int64_t)(info->last / 1000000000) : 0;
    return zip_write(fd, entries, FILES, time, ret_problem);
}

static void take_name(struct ticket *ticket, const char *name)
{
    g_free(ticket->name);
    ticket->name = g_strdup(name);
}

bool ticket_write(struct ticket *ticket, const struct input *input, const smbt_places *origins,
                  const smbt_input_info *about, const smbt_capture_info *info, int fd, char **ret_problem)
{
    if (about->joint) take_name(ticket, about->file);
    int error = finish_reports(ticket, about, info);
    struct evidence evidence = {0};
    enum smbt_severity least = least_that_matters(ticket);
    bool fine = !error && write_evidence(ticket, input, origins, least, &evidence, ret_problem);
    if (fine) {
        struct ticket_readme readme = {.options = ticket->options,
                                       .name = ticket->name,
                                       .about = about,
                                       .info = info,
                                       .evidence = &evidence,
                                       .origins = origins,
                                       .verdicts = ticket->verdicts,
                                       .least = least,
                                       .text = ticket->reports[TEXT].fd};
        error = ticket_readme_write(&readme, ticket->readme);
    }
    evidence_clear(&evidence);
    if (error)
        *ret_problem = g_strdup_printf("%s: temporary files can't be kept there: %s; set TMPDIR to a folder "
                                       "with space",
                                       g_get_tmp_dir(), g_strerror(error));
    return fine && !error && write_zip(ticket, info, fd, ret_problem);
}
