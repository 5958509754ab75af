/* The formats of the report, each a row: what it has room for, and how its parts are written.
 *
 * A part goes into a section of the input it belongs to; the layout says what becomes of the sections.
 * Functions append to `out` what is to be written, and keep nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_FORMAT_H
#define SMBT_CLI_FORMAT_H

#include "options.h"

/* The most sections that a format has. */
#define FORMAT_SECTIONS 9

enum layout {
    LAYOUT_LINES,   /* each part goes out as soon as all that belongs before it has; one section */
    LAYOUT_INPUTS,  /* the sections of an input one after the other, then those of the next */
    LAYOUT_DOCUMENT /* all is held to the end: one document, whose sections gather those of all inputs */
};

/* What may be asked of a format. */
enum format_room {
    ROOM_STATE = 1,      /* --trace */
    ROOM_WHAT_IF = 2,    /* --what-if */
    ROOM_HASH = 4,       /* it shows the SHA-256 of captures */
    ROOM_LIVE = 8,       /* verdicts are given early, and revised */
    ROOM_END_STATE = 16, /* it draws on what the connection held at its end */
};

/* What the functions of a row know besides their part. */
struct rendering {
    const struct options *options;
    smbt_text_style style;
    /* At the end, and when a document begins: */
    const smbt_tally *tally;
    const smbt_digest *digest; /* of all inputs; NULL: the format tells no story, and there is no --summary */
    unsigned captures;         /* reported on */
    unsigned failed;           /* of these with a finding at warning or above */
    unsigned problems;         /* inputs that could not be read whole */
    unsigned unread;           /* of these not reported on */
    unsigned partial;          /* captures reported on that were not read whole */
    unsigned not_read, inputs; /* of so many inputs, for the user had the run stopped before */
};

struct format {
    const char *name, *meaning;
    enum layout layout;
    unsigned sections;
    unsigned rooms;             /* of enum format_room */
    enum smbt_severity least;   /* the default of --min-severity */
    unsigned separator;         /* a document: so many bytes at the end of a section are left out */
    const unsigned char *place; /* a document: into which of its sections each goes; NULL: as numbered */

    /* Any may be NULL. `begin` is written before all else: a document's at the end, when all is known. */
    void (*begin)(GString *out, const struct rendering *r);
    /* These return the section that the part goes into; nothing need be appended. `tally` is the input's
     * own, as far as it has come.
     */
    unsigned (*capture)(GString *out, const struct rendering *r, const smbt_input_info *input,
                        const smbt_capture_info *info, const smbt_tally *tally);
    /* Likewise: a file that is part of the capture which comes after it. */
    unsigned (*part)(GString *out, const struct rendering *r, const smbt_input_info *input,
                     const smbt_capture_info *info, const smbt_tally *tally);
    /* After the capture and all its records. */
    unsigned (*capture_end)(GString *out, const struct rendering *r, const smbt_tally *tally);
    unsigned (*record)(GString *out, const struct rendering *r, const char *file, const smbt_record *record,
                       const smbt_tally *tally);
    /* Beside the records: the summary of an input that has more findings than anybody reads, what stands
     * before those of one that has fewer, and the line on what was left out. With a summary, and unless all
     * is asked for, the section of the findings is left out. */
    unsigned (*digest)(GString *out, const struct rendering *r, const smbt_digest *digest);
    unsigned (*lead)(GString *out, const struct rendering *r, const smbt_capture_info *info,
                     const smbt_digest *digest);
    unsigned (*left_out)(GString *out, const struct rendering *r, const smbt_digest *digest);
    unsigned findings;
    bool sorts_findings; /* that section has the worst first, then by time; else they are as they come */
    bool tells_story;    /* what begins or ends it draws on the digest of all inputs */
    /* Once more for the same record: a row of an index, which is a section of its own. There, rows stand in
     * groups, between what these append. */
    unsigned (*index)(GString *out, const struct rendering *r, const char *file, const smbt_record *record);
    void (*open_group)(GString *out, const struct rendering *r, const smbt_index_group *group);
    void (*close_group)(GString *out, const struct rendering *r);
    unsigned index_section;
    unsigned (*state)(GString *out, const struct rendering *r, const char *file, const smbt_state *state);
    /* What is wrong with an input; `is_reported`: there was a capture to report on nevertheless. */
    unsigned (*problem)(GString *out, const struct rendering *r, const char *path, const char *problem,
                        bool is_reported);
    /* What stands before a section of a document, and after it; false: it has no such section. */
    bool (*open)(GString *out, const struct rendering *r, unsigned section);
    void (*close)(GString *out, const struct rendering *r, unsigned section);
    void (*end)(GString *out, const struct rendering *r);
};

/* Whether the report holds all that the inputs have. */
static inline bool rendering_is_complete(const struct rendering *r)
{
    return !r->problems && !r->partial && !r->not_read;
}

extern const struct format format_text, format_csv, format_html, format_json, format_junit, format_markdown,
    format_ndjson, format_sarif;

/* All of them, ended by NULL; the first one is the default. */
extern const struct format *const formats[];

/* NULL when there is none of that name. */
const struct format *format_find(const char *name);

/* "text, json or ndjson": the names of those that have all these rooms. The caller frees. */
char *format_names(unsigned rooms);

#endif
