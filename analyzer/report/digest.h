/* The findings of a capture, or of several, by cause, server, host and time.
 *
 * What is kept is bounded: findings beyond the caps are counted with their cause, and no longer by who they
 * are about.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_DIGEST_H
#define SMBT_REPORT_DIGEST_H

#include <smbtrace/smbtrace.h>

/* One more than is shown of many. */
#define SMBT_DIGEST_FRAMES  5
#define SMBT_DIGEST_BUCKETS 12
#define SMBT_DIGEST_FILES   8

/* How many times the hosts came back, after how long; where they were not seen to, for want of what. */
typedef struct smbt_digest_returns {
    uint64_t back;
    smbt_duration shortest, longest; /* UNKNOWN, 0: none */
    uint64_t none[SMBT_RETURN_MAX];
} smbt_digest_returns;

/* Of several captures: in how many, and the first ones, as indexes into the digest's files. */
typedef struct smbt_digest_files {
    uint64_t count;
    guint first[SMBT_DIGEST_FILES];
    guint last;    /* the highest index */
    bool is_least; /* there may be more: which ones were counted is not known of all */
} smbt_digest_files;

/* Ends of one cause, or observations of a kind, between one host and one server. */
typedef struct smbt_digest_cell {
    smbt_endpoint client, server; /* of the first end */
    bool several_ports;           /* of the server */
    smbt_nat_ends nat;            /* of that client */
    char *host;                   /* its name, or NULL */
    uint64_t count;
    uint64_t frames[SMBT_DIGEST_FRAMES]; /* the first ones; 0: they are of several captures */
    smbt_time first, last;
    uint64_t strengths[SMBT_STRENGTH_MAX];
    char *culprit;         /* the name of the host that set it off; NULL: none was seen */
    bool several_culprits; /* beside that one */
    smbt_digest_returns returns;
    smbt_digest_files files;
} smbt_digest_cell;

/* All ends of a cause and variant, or all observations of a kind. */
typedef struct smbt_digest_row {
    bool is_end;
    const char *id; /* of the cause or observation. Static */
    char *variant;  /* NULL: none */
    enum smbt_severity severity;
    uint64_t count;
    smbt_time first, last;
    uint64_t frames[SMBT_DIGEST_FRAMES];
    uint64_t strengths[SMBT_STRENGTH_MAX];
    smbt_duration least_delay, most_delay; /* from culprit to end; UNKNOWN, 0: of none */
    const char *how;                       /* "reset by the server"; NULL: not all alike. Static */
    char *summary;                         /* of the first */
    bool summaries_differ;
    GPtrArray *remedies; /* of char *: of all, the first ones */
    GPtrArray *missing;  /* of char *: what all lack; the first one's, as far as the others lack it too */
    GPtrArray *cells;    /* of smbt_digest_cell */
    uint64_t uncounted;  /* findings beyond the cap on cells, observations that are about no connection */
    smbt_digest_files files;
} smbt_digest_row;

/* From a day on as the calendar has them. */
enum smbt_digest_unit {
    SMBT_UNIT_1_S,
    SMBT_UNIT_10_S,
    SMBT_UNIT_1_MIN,
    SMBT_UNIT_10_MIN,
    SMBT_UNIT_1_H,
    SMBT_UNIT_6_H,
    SMBT_UNIT_DAY,
    SMBT_UNIT_MONTH,
    SMBT_UNIT_YEAR,
    SMBT_UNIT_DECADE,
    SMBT_UNIT_CENTURY,
    SMBT_UNIT_MAX
};

/* How many ends a server or host had. */
typedef struct smbt_digest_count {
    char *name;                 /* "10.50.0.10", "ACCT-PC01 at 10.50.0.2", "192.168.77.17 behind 10.50.0.2" */
    smbt_addr addr, before_nat; /* before_nat.family 0: not known, or no NAT */
    char *host;                 /* its own name, or NULL */
    guint order;                /* in which they were met first */
    uint64_t count;
} smbt_digest_count;

typedef struct smbt_digest_counts {
    GHashTable *of;    /* by name, of smbt_digest_count */
    GHashTable *named; /* the addresses at which a host has a name */
    uint64_t more;     /* ends of others than that holds */
} smbt_digest_counts;

struct smbt_digest {
    const smbt_places *places; /* of frames; the records' */
    GPtrArray *rows;           /* of smbt_digest_row */
    GHashTable *cells;         /* by their key */
    smbt_digest_counts servers, hosts;
    GArray *buckets;            /* of smbt_digest_bucket, by time */
    GPtrArray *patterns;        /* of smbt_pattern *, the first ones */
    GArray *pattern_files;      /* of guint: the capture of each of them, among the digest's files */
    uint64_t patterns_more;     /* than that holds */
    enum smbt_digest_unit unit; /* that a bucket spans */
    smbt_time first, last;      /* of all that is shown */
    bool is_merged;             /* of several captures */
    uint64_t captures;          /* it is merged of: all, and those with anything worth a note */
    uint64_t found_captures;
    uint64_t cause_captures[64]; /* likewise those with a cause, by index in smbt_causes() */
    GPtrArray *files;            /* of char *: names of captures with findings, the first ones */
    guint files_more;            /* than that holds */
    gsize folder;                /* so many bytes at the start of each are the folder of all */
    uint64_t ends, observations; /* shown */
    uint64_t long_ones;          /* of them, that take a paragraph each */
    uint64_t hidden[64];         /* ends below the lowest severity, by index in smbt_causes() */
    uint64_t hidden_ends, hidden_observations;
    enum smbt_severity hidden_worst; /* of them */
};

typedef struct smbt_digest_bucket {
    smbt_time start;
    uint64_t count;
} smbt_digest_bucket;

/* Its rows, the worst first: by severity, then by number, then by frame. The caller unrefs. */
GPtrArray *smbt_digest_sorted(const smbt_digest *digest);
/* Its findings are of several days, so that a clock time says too little. */
bool smbt_digest_has_days(const smbt_digest *digest);
/* Whether a host has a name at that address, as smbt_digest_address has it. */
bool smbt_digest_is_named(const smbt_digest_counts *counts, const char *address);
/* The name of a capture beneath the folder of all; NULL: it was not kept. */
const char *smbt_digest_file(const smbt_digest *digest, guint index);
/* Adds up. */
void smbt_digest_add_files(smbt_digest_files *files, const smbt_digest_files *more);
void smbt_digest_add_returns(smbt_digest_returns *returns, const smbt_digest_returns *more);
/* Keeps a frame among the lowest ones; 0 stands for none. */
void smbt_digest_keep_frame(uint64_t frames[SMBT_DIGEST_FRAMES], uint64_t frame);
/* "192.168.77.17 behind 10.50.0.2", or the address. The caller frees. */
char *smbt_digest_address(const smbt_addr *addr, const smbt_nat_ends *nat);
/* A table of counts, the most frequent first, then as they were met. The caller unrefs; the rows are the
 * table's. */
GPtrArray *smbt_digest_most(const smbt_digest_counts *counts);

#endif
