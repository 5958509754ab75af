/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include "format.h"
#include "help.h"
#include "message.h"
#include "terminal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define JOBS_MAX         256
#define JOBS_DEFAULT_MAX 8
#define HELP_WIDTH       80 /* at most */

/* Arguments as they were given, before anything is made of them. */
struct raw {
    char *format, *min_severity, *jobs, *color, *progress, *anonymize_key;
    char **traces, **ends;
    gboolean quiet, version, doctor, help, anonymize, continuous, join, summary;
    unsigned verbose;
};

struct word {
    const char *word;
    enum when value;
};

static const struct word whens[] = {
    {"auto", WHEN_AUTO},
    {"always", WHEN_ALWAYS},
    {"never", WHEN_NEVER},
    {NULL, 0},
};

static bool parse_when(const char *option, const char *given, enum when *ret_when)
{
    if (!given) return true;
    for (const struct word *word = whens; word->word; word++) {
        if (strcmp(word->word, given) != 0) continue;
        *ret_when = word->value;
        return true;
    }
    message_print("%s %s: no such value; use auto, always or never", option, given);
    return false;
}

static bool parse_format(const char *given, const struct format **ret_format)
{
    *ret_format = given ? format_find(given) : formats[0];
    if (*ret_format) return true;
    g_autofree char *names = format_names(0);
    message_print("--format %s: no such value; use %s", given, names);
    return false;
}

static bool parse_jobs(const char *given, unsigned *ret_jobs)
{
    *ret_jobs = MIN(g_get_num_processors(), JOBS_DEFAULT_MAX);
    if (!given) return true;
    guint64 jobs;
    if (g_ascii_string_to_unsigned(given, 10, 1, JOBS_MAX, &jobs, NULL)) {
        *ret_jobs = (unsigned)jobs;
        return true;
    }
    message_print("--jobs %s: not a number of jobs; use 1 to %d", given, JOBS_MAX);
    return false;
}

static int compare_ends(const void *a, const void *b)
{
    const struct traced *x = a, *y = b;
    return (x->frame > y->frame) - (x->frame < y->frame);
}

static gint compare_frames(gconstpointer a, gconstpointer b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Sorted, each once. */
static bool parse_frames(const char *option, char *const *given, uint64_t **ret_frames)
{
    if (!given) return true;
    g_autoptr(GArray) frames = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (; *given; given++) {
        guint64 frame;
        if (!g_ascii_string_to_unsigned(*given, 10, 1, G_MAXINT64, &frame, NULL)) {
            message_print("%s %s: not a frame number; they count from 1, as in Wireshark", option, *given);
            return false;
        }
        g_array_append_val(frames, frame);
    }
    g_array_sort(frames, compare_frames);
    *ret_frames = g_new0(uint64_t, frames->len + 1);
    for (guint i = 0, n = 0; i < frames->len; i++) {
        uint64_t frame = g_array_index(frames, uint64_t, i);
        if (n == 0 || (*ret_frames)[n - 1] != frame) (*ret_frames)[n++] = frame;
    }
    return true;
}

/* "ring_00002.pcap:3", in the order given. */
static bool parse_places(const char *option, const char *with, char *const *given, struct traced **ret_places)
{
    if (!given) return true;
    guint n = 0;
    *ret_places = g_new0(struct traced, g_strv_length((char **)given) + 1);
    for (; *given; given++, n++) {
        const char *colon = strrchr(*given, ':');
        guint64 frame;
        if (!g_ascii_string_to_unsigned(colon ? colon + 1 : *given, 10, 1, G_MAXINT64, &frame, NULL)) {
            message_print("%s %s: not a frame of a file; name both: FILE:FRAME", option, *given);
            return false;
        }
        if (!colon || colon == *given) {
            message_print("%s %s: with %s frames are those of one file; name it too: FILE:%s", option, *given,
                          with, colon ? colon + 1 : *given);
            return false;
        }
        (*ret_places)[n] =
            (struct traced){.file = g_strndup(*given, (gsize)(colon - *given)), .frame = frame};
    }
    return true;
}

/* "3", or "a.pcap:3" of the only file, which is looked at later; by frame. */
static bool parse_file_ends(char *const *given, struct traced **ret_ends)
{
    if (!given) return true;
    guint n = 0;
    *ret_ends = g_new0(struct traced, g_strv_length((char **)given) + 1);
    for (; *given; given++, n++) {
        const char *colon = strrchr(*given, ':');
        guint64 frame;
        if (colon == *given ||
            !g_ascii_string_to_unsigned(colon ? colon + 1 : *given, 10, 1, G_MAXINT64, &frame, NULL)) {
            message_print("--end %s: not a frame number; they count from 1, as in Wireshark", *given);
            return false;
        }
        (*ret_ends)[n] = (struct traced){.file = colon ? g_strndup(*given, (gsize)(colon - *given)) : NULL,
                                         .frame = frame};
    }
    qsort(*ret_ends, n, sizeof **ret_ends, compare_ends);
    return true;
}

static bool parse_ends(const struct raw *raw, struct traced **ret_ends)
{
    const char *with = raw->continuous ? "--continuous" : raw->join ? "--join" : NULL;
    if (with) return parse_places("--end", with, raw->ends, ret_ends);
    return parse_file_ends(raw->ends, ret_ends);
}

static bool parse_severity(const char *given, struct options *ret_options)
{
    ret_options->min_severity = ret_options->format->least;
    ret_options->mark_severity = SMBT_SEVERITY_NOTE;
    if (!given) return true;
    if (smbt_severity_parse(given, &ret_options->min_severity)) {
        ret_options->mark_severity = ret_options->min_severity;
        ret_options->severity_given = true;
        return true;
    }
    message_print("--min-severity %s: no such severity; use info, note, warning or error", given);
    return false;
}

static bool parse_values(const struct raw *raw, struct options *ret_options)
{
    if (!parse_format(raw->format, &ret_options->format) ||
        !parse_when("--color", raw->color, &ret_options->color) ||
        !parse_when("--progress", raw->progress, &ret_options->progress))
        return false;
    return parse_jobs(raw->jobs, &ret_options->jobs) &&
           (raw->continuous ? parse_places("--trace", "--continuous", raw->traces, &ret_options->file_traces)
                            : parse_frames("--trace", raw->traces, &ret_options->traces)) &&
           parse_ends(raw, &ret_options->ends) && parse_severity(raw->min_severity, ret_options);
}

static char *help_text(GOptionContext *context)
{
    g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
    g_auto(GStrv) parts = g_strsplit(text, "\xe2\x80\xa6", -1); /* plain dots for the ellipsis: any locale */
    return g_strjoinv("...", parts);
}

/* The long options that --help names; the caller frees with g_strfreev. */
static char **known_options(GOptionContext *context)
{
    g_autofree char *help = help_text(context);
    g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
    GPtrArray *names = g_ptr_array_new();
    for (char **line = lines; *line; line++) {
        const char *dashes = g_str_has_prefix(*line, "  -") ? strstr(*line, "--") : NULL;
        if (dashes) g_ptr_array_add(names, g_strndup(dashes + 2, strcspn(dashes + 2, "= ")));
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

static void report_unknown(GOptionContext *context, const char *given)
{
    g_auto(GStrv) names = known_options(context);
    g_autofree char *option = g_strndup(given, strcspn(given, "="));
    bool is_long = g_str_has_prefix(option, "--");
    const char *meant = is_long ? smbt_nearest(option + 2, (const char *const *)names) : NULL;
    const char *format = is_long && format_find(option + 2) ? option + 2 : NULL;
    if (format)
        message_print("%s: no such option; did you mean --format %s?", option, format);
    else if (meant)
        message_print("%s: no such option; did you mean --%s?", option, meant);
    else
        message_print("%s: no such option; see smbtrace-check --help", option);
}

/* GLib's "Unknown option --x" in one dress with the others. */
static void report_parse_error(GOptionContext *context, const GError *error)
{
    const char *unknown = "Unknown option ";
    const char *missing = "Missing argument for ";
    if (g_str_has_prefix(error->message, unknown))
        report_unknown(context, error->message + strlen(unknown));
    else if (g_str_has_prefix(error->message, missing))
        message_print("%s: needs a value; see smbtrace-check --help", error->message + strlen(missing));
    else
        message_print("%s; see smbtrace-check --help", error->message);
}

static gboolean count_verbose(const char *name, const char *value, gpointer raw, GError **error)
{
    ((struct raw *)raw)->verbose++;
    (void)name, (void)value, (void)error;
    return TRUE;
}

static GOptionContext *make_context(struct raw *raw, struct options *o)
{
    /* FILENAME everywhere: GLib leaves these as they were given, whatever the locale. */
    const GOptionEntry entries[] = {
        {"format", 'f', 0, G_OPTION_ARG_FILENAME, &raw->format,
         "text (default), json, ndjson, csv, sarif, junit, markdown or html", "F"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, "write there instead of standard output (-)",
         "FILE"},
        {"annotate", 0, 0, G_OPTION_ARG_FILENAME, &o->annotate,
         "a copy with comments at the packets that matter", "FILE.pcapng"},
        {"ticket", 0, 0, G_OPTION_ARG_FILENAME, &o->ticket,
         "reports and their packets, to attach to a ticket", "FILE.zip"},
        {"profile", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &o->choices,
         "a side's rules: server=windows-2003; repeatable", "SIDE=NAME"},
        {"profiles", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->profiles, "read more profiles; repeatable",
         "FILE"},
        {"set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->settings,
         "change a value: server.zero_vc=off; repeatable", "SIDE.KEY=VALUE"},
        {"what-if", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->what_ifs,
         "which ends it would have spared; repeatable", "SIDE.KEY=VALUE"},
        {"join", 0, 0, G_OPTION_ARG_NONE, &raw->join, "captures of the same minutes, told as one", NULL},
        {"port", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->ports, "another TCP port on which SMB is spoken",
         "N"},
        {"trace", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->traces, "what servers and clients hold after it",
         "FRAME"},
        {"summary", 0, 0, G_OPTION_ARG_NONE, &raw->summary,
         "all captures together, in short (text, markdown)", NULL},
        {"end", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->ends,
         "only the ends in that frame, in full; repeatable", "FRAME"},
        {"anonymize", 0, 0, G_OPTION_ARG_NONE, &raw->anonymize,
         "other names and addresses, no data, everywhere", NULL},
        {"anonymize-key", 0, 0, G_OPTION_ARG_FILENAME, &raw->anonymize_key,
         "the same pseudonyms in each run; made if missing", "FILE"},
        {"continuous", 0, 0, G_OPTION_ARG_NONE, &raw->continuous, "the files are one capture (ring buffers)",
         NULL},
        {"min-severity", 0, 0, G_OPTION_ARG_FILENAME, &raw->min_severity,
         "from info, note, warning or error on", "S"},
        {"files-from", 0, 0, G_OPTION_ARG_FILENAME, &o->files_from,
         "more inputs, one a line; - is standard input", "FILE"},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &raw->jobs, "captures read side by side", "N"},
        {"explain", 0, 0, G_OPTION_ARG_FILENAME, &o->explain,
         "explain a cause, observation, timer or profile", "ID"},
        {"list", 0, 0, G_OPTION_ARG_FILENAME, &o->list,
         "causes, observations, timers, transitions, profiles, keys, formats or schema", "WHAT"},
        {"doctor", 0, 0, G_OPTION_ARG_NONE, &raw->doctor, "why Wireshark loads the plugin, or does not",
         NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &raw->quiet, "no report: exit status and errors only", NULL},
        {"verbose", 'v', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)count_verbose,
         "evidence too; -vv: the state at each end too", NULL},
        {"color", 0, 0, G_OPTION_ARG_FILENAME, &raw->color, "auto (default), always or never", "WHEN"},
        {"progress", 0, 0, G_OPTION_ARG_FILENAME, &raw->progress, "auto (default), always or never", "WHEN"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &raw->version, "print the version", NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &raw->help, "print this", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->inputs, NULL, "FILE|DIRECTORY|- ..."},
        G_OPTION_ENTRY_NULL};
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context,
                                      FALSE); /* GLib's ends the program in the middle of the parsing */
    g_option_context_set_summary(context, "Says why SMB connections in packet captures ended.");
    g_option_context_set_description(context,
                                     "Examples:\n"
                                     "  smbtrace-check fileserver.pcapng\n"
                                     "  smbtrace-check -f html -o report.html fileserver.pcapng\n"
                                     "  smbtrace-check --set server.autodisconnect=30min fileserver.pcapng\n"
                                     "  smbtrace-check --ticket case.zip --anonymize fileserver.pcapng\n\n"
                                     "Exit status: 0 nothing at warning or above, 1 something, 2 wrong "
                                     "usage, 3 an input could not be read "
                                     "whole, 4 internal error.\n");
    GOptionGroup *group = g_option_group_new("main", "", "", raw, NULL); /* hands `raw` to callbacks */
    g_option_group_add_entries(group, entries);
    g_option_context_set_main_group(context, group);
    return context;
}

/* GLib knows -j 4 and --jobs=4 but not -j4: takes such arguments apart. */
static char **split_short_options(int argc, char **argv)
{
    const char *valued = "fopj";
    GPtrArray *out = g_ptr_array_new();
    for (int i = 0; i < argc; i++) {
        const char *arg = argv[i];
        if (i > 0 && strcmp(arg, "--") == 0) {
            for (; i < argc; i++)
                g_ptr_array_add(out, g_strdup(argv[i]));
            break;
        }
        size_t letters = i > 0 && arg[0] == '-' && arg[1] != '-' ? strcspn(arg + 1, valued) + 2 : strlen(arg);
        if (letters >= strlen(arg)) {
            g_ptr_array_add(out, g_strdup(arg));
            /* What follows an option that takes a value is that value, whatever it looks like. */
            bool takes_next = i > 0 && arg[0] == '-' && arg[1] && arg[1] != '-' && letters == strlen(arg) &&
                              strchr(valued, arg[letters - 1]);
            if (takes_next && i + 1 < argc) g_ptr_array_add(out, g_strdup(argv[++i]));
        } else {
            g_ptr_array_add(out, g_strndup(arg, letters));
            g_ptr_array_add(out, g_strdup(arg + letters));
        }
    }
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

bool options_parse(int argc, char **argv, struct options *ret_options)
{
    *ret_options = (struct options){0};
    struct raw raw = {0};
    g_autoptr(GError) error = NULL;
    GOptionContext *context = make_context(&raw, ret_options);
    g_auto(GStrv) arguments = split_short_options(argc, argv);
    bool fine = g_option_context_parse_strv(context, &arguments, &error);
    if (fine && raw.help) {
        g_autofree char *help = help_text(context);
        unsigned width = terminal_width(STDOUT_FILENO);
        ret_options->help = help_lay_out(help, width ? MIN(width, HELP_WIDTH) : HELP_WIDTH);
    }
    if (!fine) report_parse_error(context, error);
    g_option_context_free(context);
    if (ret_options->output && strcmp(ret_options->output, "-") == 0)
        g_clear_pointer(&ret_options->output, g_free);
    ret_options->quiet = raw.quiet;
    ret_options->join = raw.join;
    ret_options->continuous = raw.continuous;
    ret_options->verbose = raw.verbose > 0;
    ret_options->keep_state = raw.verbose > 1;
    ret_options->version = raw.version;
    ret_options->doctor = raw.doctor;
    ret_options->summary = raw.summary;
    ret_options->anonymize = raw.anonymize || raw.anonymize_key;
    fine = fine && parse_values(&raw, ret_options) && options_check(ret_options);
    if (fine && ret_options->anonymize) fine = secret_make(&ret_options->secret, raw.anonymize_key);
    g_free(raw.anonymize_key);
    g_free(raw.format);
    g_free(raw.min_severity);
    g_free(raw.jobs);
    g_free(raw.color);
    g_free(raw.progress);
    g_strfreev(raw.traces);
    g_strfreev(raw.ends);
    return fine;
}

static void free_places(struct traced *places)
{
    for (struct traced *place = places; place && place->frame; place++) {
        g_free(place->file);
        g_free(place->name);
    }
    g_free(places);
}

void options_clear(struct options *options)
{
    g_strfreev(options->inputs);
    g_free(options->files_from);
    g_free(options->output);
    g_free(options->annotate);
    g_free(options->ticket);
    g_strfreev(options->profiles);
    g_strfreev(options->choices);
    g_strfreev(options->settings);
    g_strfreev(options->what_ifs);
    g_strfreev(options->ports);
    g_free(options->traces);
    free_places(options->ends);
    free_places(options->file_traces);
    g_free(options->help);
    g_free(options->explain);
    g_free(options->list);
    *options = (struct options){0};
}
