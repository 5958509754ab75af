/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ticket_readme.h"

#include "message.h"
#include "verdicts.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 16)
/* Rows of the table of frames. */
#define ROWS_MAX 500

static void add_contents(GString *out, const struct ticket_readme *r)
{
    g_autofree char *name = message_safe(r->name);
    g_string_append(out,
                    "README.txt        what is in here, and what was found\n"
                    "report.html       the findings, for any browser; needs no network\n"
                    "findings.json     the findings, for programs (schema " SMBT_SCHEMA ")\n"
                    "evidence.pcapng   the packets that they rest on, with comments; for Wireshark, which\n"
                    "                  needs no plugin for it\n\n");
    g_string_append_printf(out, "Made by smbtrace-check " SMBTRACE_VERSION "\nCapture   %s\n", name);
    if (r->about->sha256) g_string_append_printf(out, "SHA-256   %s\n", r->about->sha256);
    g_string_append_printf(out, "Frames    %" G_GUINT64_FORMAT "%s\n", r->info->frames,
                           r->about->complete ? "" : ", and the capture could not be read to its end");
}

static void add_options(GString *out, const char *option, char *const *values)
{
    for (; values && *values; values++) {
        g_autofree char *safe = message_safe(*values);
        g_string_append_printf(out, "Judged    with %s %s\n", option, safe);
    }
}

/* What was left out at the user's wish. */
static void add_ends(GString *out, const struct options *options)
{
    for (const struct traced *end = options->ends; end && end->frame; end++) {
        g_autofree char *base = end->file ? g_path_get_basename(end->file) : NULL;
        g_autofree char *name =
            base ? message_safe(options->anonymize && end->name ? end->name : base) : NULL;
        g_string_append_printf(out, "Only      the end in frame %" G_GUINT64_FORMAT "%s%s (--end)\n",
                               end->frame, name ? " of " : "", name ? name : "");
    }
}

static const char *scope_text(enum evidence_scope scope)
{
    switch (scope) {
    case EVIDENCE_CONNECTIONS: return "all frames of the connections that the findings name";
    case EVIDENCE_CLIENTS: return "all SMB connections of the client addresses that the findings name";
    case EVIDENCE_PEERS: return "all SMB connections of the clients and servers that the findings name";
    case EVIDENCE_SMB: return "all SMB connections";
    case EVIDENCE_FRAMES:
    case EVIDENCE_WHOLE:
    case EVIDENCE_SCOPES: break;
    }
    return "all frames";
}

/* Frames kept their numbers: nothing before them was left out. */
static bool keeps_numbers(const struct ticket_readme *r)
{
    const GArray *originals = r->evidence->originals;
    if (r->origins || originals->len == 0) return false;
    return g_array_index(originals, uint64_t, originals->len - 1) == originals->len;
}

static void add_evidence(GString *out, const struct ticket_readme *r)
{
    const struct evidence *e = r->evidence;
    g_string_append(out, "\nThe evidence\n------------\n\n");
    g_string_append_printf(out, "evidence.pcapng has %u of the %" G_GUINT64_FORMAT " frames: %s,\n",
                           e->originals->len, r->info->frames, scope_text(e->scope));
    g_string_append(out, "and the first and the last frame of the capture.\n");
    if (e->is_trimmed)
        g_string_append_printf(
            out,
            "Of long connections the middle was left out: all but the first %d and the last "
            "%d frames,\nand %d before and after each frame that a finding names.\n",
            EVIDENCE_HEAD, EVIDENCE_TAIL, EVIDENCE_NEAR);
    if (e->cut)
        g_string_append_printf(out,
                               "What no verdict looks at, such as the data of files, was cut off: "
                               "%" G_GUINT64_FORMAT " bytes.\n",
                               e->cut);
    const char *whole = r->about->complete ? "the whole capture" : "what could be read of the capture";
    if (e->agrees)
        g_string_append_printf(out,
                               "Analysed by itself it gives the same verdicts as %s:\n\n"
                               "    smbtrace-check evidence.pcapng\n\n",
                               whole);
    else
        g_string_append_printf(
            out,
            "Analysed by itself it does NOT give the same verdicts as\n%s: go by the "
            "reports here, and ask for the whole\ncapture where they leave a question.\n\n",
            whole);
    if (keeps_numbers(r)) {
        g_string_append(out, "Its frames have their original numbers.\n");
        return;
    }
    g_string_append_printf(
        out,
        "Its frames are numbered anew; the comment of each begins with its original number%s.\n"
        "README.txt, report.html and findings.json have the original numbers; the comments\n"
        "on findings have those of evidence.pcapng.\n",
        r->origins ? "\nand file" : "");
}

static gint compare_frames(gconstpointer a, gconstpointer b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The frames that the findings name, rising, each once. */
static GArray *named_frames(const struct ticket_readme *r)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (guint i = 0; i < r->verdicts->len; i++) {
        const struct verdict *v = r->verdicts->pdata[i];
        if (verdict_matters(v, r->least) && v->frame_count)
            g_array_append_vals(all, v->frames, v->frame_count);
    }
    g_array_sort(all, compare_frames);
    GArray *frames = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (guint i = 0; i < all->len; i++) {
        uint64_t frame = g_array_index(all, uint64_t, i);
        if (frames->len == 0 || g_array_index(frames, uint64_t, frames->len - 1) != frame)
            g_array_append_val(frames, frame);
    }
    return frames;
}

static void add_row(GString *out, const struct ticket_readme *r, uint64_t frame, guint at)
{
    g_autofree char *name = NULL;
    if (r->origins) {
        smbt_place place = r->origins->find(frame, r->origins->user);
        frame = place.frame;
        name = place.label ? message_safe(place.label) : NULL;
    }
    g_string_append_printf(out, "%10" G_GUINT64_FORMAT "   %-6u%s%s\n", frame, at, name ? "   " : "",
                           name ? name : "");
    if (name) return;
    while (out->str[out->len - 2] == ' ')
        g_string_erase(out, (gssize)out->len - 2, 1);
}

static void add_frames(GString *out, const struct ticket_readme *r)
{
    g_autoptr(GArray) frames = named_frames(r);
    if (frames->len == 0 || keeps_numbers(r)) return;
    g_string_append_printf(out, "\n  original   in evidence.pcapng%s\n", r->origins ? ", file" : "");
    for (guint i = 0; i < MIN(frames->len, ROWS_MAX); i++) {
        uint64_t frame = g_array_index(frames, uint64_t, i);
        guint at;
        if (g_array_binary_search(r->evidence->originals, &frame, compare_frames, &at))
            add_row(out, r, frame, at + 1);
    }
    if (frames->len > ROWS_MAX) g_string_append_printf(out, "and %u more\n", frames->len - ROWS_MAX);
}

static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return errno ? errno : EIO;
        bytes += done;
        n -= (size_t)done;
    }
    return 0;
}

static int copy_text(int from, int to)
{
    g_autofree char *piece = g_malloc(PIECE);
    int error = 0;
    for (off_t at = 0; !error;) {
        ssize_t n = pread(from, piece, PIECE, at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        if (n == 0) break;
        error = write_all(to, piece, (size_t)n);
        at += n;
    }
    return error;
}

int ticket_readme_write(const struct ticket_readme *readme, int fd)
{
    const struct options *options = readme->options;
    g_autoptr(GString) out = g_string_new("Why SMB connections ended\n=========================\n\n");
    add_contents(out, readme);
    if (!options->anonymize) add_options(out, "--profiles", options->profiles);
    add_options(out, "--profile", options->choices);
    add_options(out, "--set", options->settings);
    add_options(out, "--port", options->ports);
    add_ends(out, options);
    add_evidence(out, readme);
    add_frames(out, readme);
    g_string_append(out, "\nWhat was found\n--------------\n\n");
    int error = write_all(fd, out->str, out->len);
    return error ? error : copy_text(readme->text, fd);
}
