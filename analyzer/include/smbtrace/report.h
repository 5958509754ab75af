/* Records as JSON, text and the other formats, appended to strings: no I/O.
 *
 * Included by smbtrace.h. SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_REPORT_H
#define SMBTRACE_REPORT_H

#include <smbtrace/record.h>

/* A file among several that are read as one capture. */
typedef struct smbt_part_info {
    unsigned index;      /* in the order of time, from 1 */
    uint64_t repeated;   /* frames left out, since another of the files has them too */
    smbt_duration pause; /* without a packet before its first; UNKNOWN: it is the first, or overlaps */
    bool hole; /* that pause is none: packets are missing, as far as is known without looking into them */
} smbt_part_info;

/* All of them together. */
typedef struct smbt_joint_info {
    unsigned files;    /* that were read */
    unsigned overlaps; /* that have frames of others */
    unsigned holes;    /* between them */
    uint64_t repeated; /* frames left out */
} smbt_joint_info;

/* One input, as the caller knows it. */
typedef struct smbt_input_info {
    const char *file;   /* as the user named it */
    const char *sha256; /* NULL when not known */
    const char *format; /* "pcap", "pcapng" ... or NULL */
    uint64_t bytes;
    bool has_bytes;
    bool complete;                /* false: could not be read whole */
    const GPtrArray *problems;    /* of const char * */
    const smbt_part_info *part;   /* it is part of a capture, and has no findings of its own; or NULL */
    const smbt_joint_info *joint; /* it is no file but a capture of several; or NULL */
} smbt_input_info;

/* The JSON Schema (2020-12) of what the functions below append, and of the documents made of it. Static. */
const char *smbt_schema(void);

/* JSON objects of the contract, section 2, on one line, without a newline, appended to `out`. */
void smbt_json_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info);
void smbt_json_record(GString *out, const char *file, const smbt_record *record);

/* Counts for the summary over any number of captures. Start from zero: `smbt_tally t = {0}`. */
typedef struct smbt_tally {
    uint64_t ends;
    uint64_t by_cause[64]; /* by index in smbt_causes() */
    uint64_t observations;
    uint64_t by_severity[SMBT_SEVERITY_MAX]; /* ends and observations */
    int worst;                               /* severity + 1; 0 when nothing was found */
    GPtrArray *patterns;                     /* of smbt_pattern *, each with its file; NULL: none */
    uint64_t patterns_more;                  /* than that holds */
    uint64_t by_chance;                      /* ends whose verdict is weaker for what may be coincidence */
} smbt_tally;

void smbt_tally_add(smbt_tally *tally, const smbt_record *record);
/* Keeps a copy of the record's pattern, with the file it is of. */
void smbt_tally_add_pattern(smbt_tally *tally, const char *file, const smbt_record *record);
void smbt_tally_merge(smbt_tally *tally, const smbt_tally *other);
/* Back to zero, freed. */
void smbt_tally_clear(smbt_tally *tally);

/* The findings of one capture by cause, server, host and time, for a reader who has no time for each of them.
 * What it takes is bounded. */
typedef struct smbt_digest smbt_digest;

smbt_digest *smbt_digest_new(void);
void smbt_digest_free(smbt_digest *digest);
/* Records that are no findings change nothing. `shown`: it is among those that the reader wants; else it is
 * counted as left out. */
void smbt_digest_add(smbt_digest *digest, const smbt_record *record, bool shown);
/* Adds what another one holds, of another capture, whose name that is; NULL: standard input. */
void smbt_digest_merge(smbt_digest *digest, const smbt_digest *other, const char *file);
/* Whether there are so many that a summary is read instead. */
bool smbt_digest_is_long(const smbt_digest *digest);

/* The JSON object of all inputs together; `not_read` of them were not begun. */
void smbt_json_summary(GString *out, const smbt_tally *tally, const smbt_digest *digest, bool complete,
                       unsigned not_read);

/* CSV (RFC 4180): the row of column names, and one row for an end or observation. Other records have none,
 * and append nothing. */
void smbt_csv_header(GString *out);
void smbt_csv_record(GString *out, const char *file, const smbt_record *record);

/* SARIF 2.1.0: what comes before the members "artifacts", "results" and "invocations" of the only run, and
 * the elements of those: of results for an end or observation (other records have none, and append nothing),
 * of invocations[0].toolExecutionNotifications for a problem. `version` is the program's. */
void smbt_sarif_begin(GString *out, const char *version);
void smbt_sarif_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info);
void smbt_sarif_record(GString *out, const char *file, const smbt_record *record);
void smbt_sarif_problem(GString *out, const char *file, const char *problem);

/* JUnit's XML: a test case per capture, with one failure that holds the findings at warning or above, and one
 * error when it could not be read whole. Records that do not fail append nothing. */
typedef struct smbt_junit_counts {
    unsigned tests, failures, errors; /* test cases: all, with a failure, with an error */
} smbt_junit_counts;

void smbt_junit_begin(GString *out, const smbt_junit_counts *counts);
void smbt_junit_begin_capture(GString *out, const smbt_input_info *input, const smbt_tally *tally);
void smbt_junit_record(GString *out, const smbt_record *record);
void smbt_junit_end_capture(GString *out, const smbt_tally *tally);
/* A whole test case: an input of which nothing could be read. */
void smbt_junit_problem(GString *out, const char *file, const char *problem);
void smbt_junit_end(GString *out);

/* What the top of a document tells: all captures together. */
typedef struct smbt_overview {
    unsigned captures;
    unsigned unwhole;          /* inputs that could not be read whole */
    unsigned not_read, inputs; /* of so many inputs, for the user had the run stopped before */
    bool several_files;        /* frames are counted in each */
    const smbt_tally *tally;
    const smbt_digest *digest; /* of all of them */
} smbt_overview;

/* Markdown: what was found in all captures, and what to do; the heading of a capture, with what was found in
 * it, and what follows it, one by one or in short; an input of which nothing could be read. */
void smbt_markdown_begin(GString *out, const smbt_overview *overview);
void smbt_markdown_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info,
                           const smbt_tally *tally);
void smbt_markdown_record(GString *out, const smbt_record *record);
void smbt_markdown_digest(GString *out, const smbt_digest *digest);
void smbt_markdown_problem(GString *out, const char *file, const char *problem);

/* What rows of an index have in common: a severity, and a cause with its variant or a kind of observation. */
typedef struct smbt_index_group {
    enum smbt_severity severity;
    bool is_end;
    const char *id;      /* static */
    const char *variant; /* NULL: none */
    uint64_t rows;
    smbt_time first, last; /* SMBT_TIME_NONE: of none is it known */
} smbt_index_group;

/* The group that a record's row belongs to, as if it were the only one of it; borrowed from the record.
 * false: it has no row. */
bool smbt_index_group_of(const smbt_record *record, smbt_index_group *ret_group);
/* Groups as an index has them, the worst first: by severity, ends before observations, by number, by time. */
int smbt_index_group_compare(const smbt_index_group *a, const smbt_index_group *b);

/* HTML: what comes first, with what was found in all captures, and what to do; around the index, around the
 * rows of a group in it, a row for an end or observation; the heading of a
 * capture, and what follows it; an input of which nothing could be read. An end draws on its state, where it
 * has one. */
void smbt_html_begin(GString *out, const smbt_overview *overview);
void smbt_html_begin_index(GString *out, const smbt_overview *overview);
void smbt_html_begin_group(GString *out, const smbt_overview *overview, const smbt_index_group *group);
void smbt_html_index(GString *out, const char *file, const smbt_record *record);
void smbt_html_end_group(GString *out);
void smbt_html_end_index(GString *out, const smbt_overview *overview);
void smbt_html_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info,
                       const smbt_tally *tally);
void smbt_html_record(GString *out, const char *file, const smbt_record *record, bool unfolded);
void smbt_html_problem(GString *out, const char *file, const char *problem);
void smbt_html_end(GString *out);

/* "zero-vc, NAT collision (likely)", the words of the text report; g_free. / "reset by the server"; static.
 */
char *smbt_end_verdict(const smbt_end *end);
const char *smbt_end_manner(const smbt_end *end);
/* "NAT collision"; g_free. */
char *smbt_variant_words(const char *variant);

/* Packet comments: calls `add` once for each frame that has a part in an end (victim, culprit, evidence) or
 * observation; other records have none. A comment is one line of valid UTF-8 without control characters, of
 * at most SMBT_COMMENT_MAX bytes, borrowed for the call. */
#define SMBT_COMMENT_MAX 1024
typedef void (*smbt_comment_fn)(uint64_t frame, const char *comment, void *user);
void smbt_comment_record(const smbt_record *record, smbt_comment_fn add, void *user);
/* Whether such a comment, of this or another version, may have been made by smbt_comment_record. */
bool smbt_comment_is_ours(const char *comment);

/* Terminal text. */
typedef struct smbt_text_style {
    bool color;
    bool ascii;       /* no characters but those: for terminals of other encodings than UTF-8 */
    bool verbose;     /* evidence and references too */
    bool names_files; /* several files are told together: a frame is named with its file */
    unsigned width;   /* columns to wrap at; 0: 110 */
} smbt_text_style;

/* `tally` is of the capture's findings. */
void smbt_text_capture(GString *out, const smbt_text_style *style, const smbt_input_info *input,
                       const smbt_capture_info *info, const smbt_tally *tally);
/* A file of the capture; only what is not as it should be unless the style is verbose. */
void smbt_text_member(GString *out, const smbt_text_style *style, const smbt_input_info *input,
                      const smbt_capture_info *info);
void smbt_text_record(GString *out, const smbt_text_style *style, const smbt_record *record);
/* The summary of many findings: the worst first, equal ones folded, no error left out. Of several captures it
 * begins with what was found, in a sentence; of one smbt_text_lead has that. */
void smbt_text_digest(GString *out, const smbt_text_style *style, const smbt_digest *digest);
/* What was found, in a sentence, before the findings of a capture; nothing before a single one, and where a
 * pattern that follows says it. */
void smbt_text_lead(GString *out, const smbt_text_style *style, const smbt_digest *digest);
/* In its place, where no connection ended and nothing else was found, shown or not. */
void smbt_text_no_end(GString *out, const smbt_text_style *style, const smbt_capture_info *info,
                      const smbt_digest *digest);
/* The line below the findings: what was left out, and how to see it; nothing when nothing was. */
void smbt_text_left_out(GString *out, const smbt_text_style *style, const smbt_digest *digest);
void smbt_text_summary(GString *out, const smbt_text_style *style, unsigned captures,
                       const smbt_tally *tally);
/* What the report lacks: so many inputs that could not be read whole, so many of all that nobody began with.
 */
void smbt_text_rest(GString *out, const smbt_text_style *style, unsigned unwhole, unsigned not_read,
                    unsigned inputs);

#endif
