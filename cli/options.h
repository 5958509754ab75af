/* What the command line asks for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_OPTIONS_H
#define SMBT_CLI_OPTIONS_H

#include "secret.h"

#include <smbtrace/smbtrace.h>

/* Exit statuses. INCOMPLETE wins over FOUND, INTERNAL over all. UNREAD: whoever read the report left before
 * it was whole; that of a program which SIGPIPE ends, as shells put it. */
enum { STATUS_CLEAN, STATUS_FOUND, STATUS_USAGE, STATUS_INCOMPLETE, STATUS_INTERNAL, STATUS_UNREAD = 141 };

struct format; /* format.h */
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

/* FILE:FRAME of --trace and --end. */
struct traced {
    char *file; /* as the user named it; NULL: there is one only */
    uint64_t frame;
    char *name; /* that file in the report, once it is known; owned */
};

struct options {
    char **inputs;    /* files, directories, "-"; NULL-terminated; NULL: only those of files_from */
    char *files_from; /* a list of more; NULL: none */
    const struct format *format;
    char *output;            /* NULL: standard output */
    char *annotate, *ticket; /* files to write beside the report, or NULL */
    enum smbt_severity min_severity;
    enum smbt_severity mark_severity; /* of what is marked in captures: as given, or note */
    bool severity_given;
    unsigned jobs;
    enum when color, progress;
    bool quiet, verbose;
    bool summary; /* over all captures, in place of their findings */
    bool join;    /* the captures are of the same minutes, from several places */
    bool anonymize;
    struct secret secret;       /* meaningful with anonymize */
    bool continuous;            /* the inputs are one capture */
    bool keep_state;            /* verbose twice: the state at each end too */
    char **profiles;            /* files; NULL-terminated, or NULL */
    char **choices;             /* arguments of --profile */
    char **settings;            /* arguments of --set */
    char **what_ifs;            /* arguments of --what-if */
    struct traced *ends;        /* ended by frame 0: only the ends in these; NULL: all findings */
    char **ports;               /* arguments of --port */
    uint64_t *traces;           /* frames, rising, ended by 0; NULL: a report is wanted, no state */
    struct traced *file_traces; /* with continuous: likewise, ended by one without a file */
    char *explain, *list;
    bool version, doctor;
    char *help; /* the text, when asked for */
};

/* Whether they go together; says so where they do not. */
bool options_check(const struct options *options);

/* Fills `ret_options`. false, after one line on standard error, when the arguments are wrong; --help prints
 * and ends the program. options_clear in either case. */
bool options_parse(int argc, char **argv, struct options *ret_options);
void options_clear(struct options *options);

/* Whether states are wanted in place of a report. */
bool options_trace(const struct options *options);

/* Which of `ends` the frame is; `places` as in smbt_record. -1: none. */
int options_find_end(const struct options *options, const smbt_places *places, uint64_t frame);

/* Whether one of them is the end that a join tells with the capture `file`: any capture's frame of it. */
bool options_names_joined_end(const struct traced *wanted, const char *file, const smbt_end *end);

/* A configuration as the options say; the caller frees it with smbt_config_free. NULL, after one line on
 * standard error, when a profile or value is wrong: options that gave one configuration give any number. */
smbt_config *options_config(const struct options *options);

#endif
