/* What the files of the report share: output.c keeps the inputs in order, output_slot.c takes what is found
 * in one, output_end.c writes what comes last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_OUTPUT_PARTS_H
#define SMBT_CLI_OUTPUT_PARTS_H

#include "format.h"
#include "index.h"
#include "order.h"
#include "output.h"
#include "spool.h"

/* Of inputs that were not read whole so many names are kept. */
#define OUTPUT_NAMES_MAX 10

struct slot {
    struct output *output;
    unsigned index;
    unsigned skipped; /* inputs found in a directory that are no captures */
    bool is_closed, is_found, is_partial, has_problem, has_capture, is_misused, has_failed;
    char *file;           /* the capture's name in the report, or NULL */
    char *unwhole;        /* the input that has the problem, or NULL */
    char *directory;      /* whose end it is, or NULL */
    char *directory_name; /* as in the report */
    GPtrArray *messages;  /* lines for standard error */
    GString *line;        /* the record being rendered */
    struct spool spools[FORMAT_SECTIONS];
    smbt_tally tally;
    smbt_digest *digest;       /* NULL: the format has no use for one */
    struct index *rows;        /* of the index; likewise */
    struct order *order;       /* of the findings; NULL: as they come */
    const smbt_record *record; /* that is being delivered, or NULL */
    bool *ends_found;          /* of the frames of --end; NULL: it was not given. With --join the output's */
};

struct output {
    const struct options *options;
    const struct format *format;
    struct rendering rendering;
    int fd;
    GMutex lock; /* guards all below, and the closed slots */
    GCond moved; /* head has moved */
    struct slot **slots;
    unsigned count, head;
    struct spool spools[FORMAT_SECTIONS];
    smbt_tally tally;
    unsigned found, skipped; /* captures and other files in the directory under way */
    bool is_gone;            /* nobody reads */
    int error;               /* errno of a write that failed */
    bool is_spool_error;
    bool is_incomplete, is_misused, has_failed;
    smbt_digest *digest; /* of all slots; NULL: nobody has a use for one */
    struct index *rows;  /* of the index; likewise */
    unsigned inputs;     /* that were tried */
    GPtrArray *unwhole;  /* names of those that were not read whole, the first NAMES_MAX */
    unsigned unwhole_count;
    bool *ends_found; /* with --join: of the frames of --end, in whichever capture; or NULL */
};

/* Whether lines go out as soon as all that belongs before them has. */
bool output_streams(const struct output *output);

/* The next six with the lock held, or once all slots are closed. */

/* A spool_write_fn; `user` is the output. false: nobody reads, or it can't be written. */
bool output_put(const char *bytes, size_t n, void *user);
void output_put_string(struct output *output, const GString *text);
void output_put_begin(struct output *output);
/* Its first n bytes. */
bool output_put_spool(struct output *output, struct spool *spool, uint64_t n);
/* Keeps the first error. */
void output_take_spool_error(struct output *output, const struct spool *spool);
/* What was kept is not all in the report unless it was `done`: an error, where none is known yet. */
void output_check(struct output *output, bool done);

/* What the format says of a problem, to the slot's own spools. */
void output_add_problem(struct slot *slot, const char *path, const char *problem);
/* How many files in a directory were no captures; NULL: it needs no name. */
void output_tell_skipped(const struct output *output, const char *directory);

#endif
