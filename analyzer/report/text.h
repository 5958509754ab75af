/* What the text renderers share: a paragraph on its way to the output, and how numbers and addresses are put.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_TEXT_H
#define SMBT_REPORT_TEXT_H

#include "base/place.h"
#include "base/span.h"
#include "report/para.h"

#include <smbtrace/smbtrace.h>

struct smbt_text_writer {
    GString *out;
    const smbt_text_style *style;
    unsigned width;
    GString *para;      /* the paragraph being built; owned */
    smbt_naming naming; /* of frames; applied when a paragraph is written */
};

struct smbt_text_writer smbt_text_writer_init(GString *out, const smbt_text_style *style);
void smbt_text_writer_clear(struct smbt_text_writer *w);

/* Writes the paragraph with these indents and starts an empty one. */
void smbt_text_flush(struct smbt_text_writer *w, unsigned first, unsigned rest);
/* An empty line unless the output is empty or ends with one. */
void smbt_text_blank_line(struct smbt_text_writer *w);

/* "1 842 frames", "1 frame". */
void smbt_text_counted(GString *para, uint64_t n, const char *one, const char *many);
/* "623 µs", "3.1 ms", "15 s", "15 min", "2 h 4 min": cut, never rounded up. */
void smbt_text_duration(GString *para, smbt_duration d);
/* "10.50.0.2:445", "[2001:db8::1]:445". */
void smbt_text_endpoint(GString *para, const smbt_endpoint *endpoint);

/* "10.50.0.2:44846 → 10.50.0.10:445"; a line may break after the arrow. */
void smbt_text_pair(GString *para, const smbt_endpoint *client, const smbt_endpoint *server);
/* "192.168.77.17 behind 10.50.0.2:57156 → ..." where there is a NAT between; else as above. */
void smbt_text_pair_behind(GString *para, const smbt_endpoint *client, const smbt_endpoint *server,
                           const smbt_nat_ends *nat);
/* "192.168.77.17 behind 10.50.0.2", or the client's address. */
void smbt_text_host(GString *para, const smbt_endpoint *client, const smbt_nat_ends *nat);
/* "frame 277", kept together. */
void smbt_text_frame(GString *para, uint64_t frame);
/* ", 14:02:11.304"; nothing when the time is not set. */
void smbt_text_clock(GString *para, smbt_time time);
/* The mark of a finding, in the style of its severity; that style goes on. */
void smbt_text_mark(GString *para, enum smbt_severity severity);

/* "zero-vc, NAT collision", kept together. */
void smbt_text_cause(GString *para, const smbt_end *end);
/* "2 READ_ANDX (frames 270, 272); the oldest had waited 3.1 ms"; false, and nothing, when none was. */
bool smbt_text_in_flight(GString *para, const smbt_end *end);
/* "after 2.1 s, frame 680 on 10.50.0.2:60294 → 10.50.0.10:445; logged on after 2.2 s", or why that is not
 * known; false, and nothing, when nobody looked. */
bool smbt_text_reconnect(GString *para, const smbt_end *end);
/* "ACCT-PC01 ended 7, lost 6; FRONTDESK ended 6, lost 7" */
void smbt_text_pattern_hosts(GString *para, const smbt_pattern *pattern);
/* "clientA.pcap, near the client: frame 272 on 192.168.77.11:37632 → 10.50.0.10:445; its clock agrees ..." */
void smbt_text_view(GString *para, const smbt_end_view *view);
/* "clientA.pcap, frame 10 on 192.168.77.12:35540 → 10.50.0.10:445" */
void smbt_text_other_frame(GString *para, const smbt_other_frame *place);
/* "clientA.pcap: 1 connection in both, its clock is 3.200 s ahead, give or take 40 µs" */
void smbt_text_companion(GString *para, const smbt_companion *companion);
/* The rows about other captures; "; clientA.pcap, frame 36" for each that has the end. */
void smbt_text_views(struct smbt_text_writer *w, const smbt_end *end);
void smbt_text_views_in_short(GString *para, const smbt_end *end);
/* "Not shown: 101 client-close, 1 refused (--min-severity info shows all)"; nothing when nothing was left
 * out.
 */
void smbt_text_hidden(GString *para, const smbt_digest *digest);
/* "5.1 s, 306 frames, 2 SMB connections, 1 ended by the server" */
void smbt_text_numbers(GString *para, const smbt_capture_info *info);
/* "3 connections began before the capture, 1 was still open when it ended"; false, and nothing, where neither
 * is so. */
bool smbt_text_beyond(GString *para, const smbt_capture_info *info);
/* What of it is not as it should be: a GPtrArray of GString *, paragraphs. The caller unrefs. */
GPtrArray *smbt_text_capture_notes(const smbt_input_info *input, const smbt_capture_info *info);
/* "0.3 % of the ends by servers would fall right after a logon with VcNumber 0 anyway"; false, and nothing,
 * when that is not known. */
bool smbt_text_coincidence(GString *para, const smbt_capture_info *info);
/* "near the server"; NULL when it is not known. Static. */
const char *smbt_text_place(enum smbt_viewpoint viewpoint);
/* ", on the server's side of the NAT"; "" when that is not known. */
const char *smbt_text_nat(const smbt_capture_info *info);

/* A row: its label, then text that hangs beside it. Further lines of the same row take NULL as their label.
 */
void smbt_text_begin_row(struct smbt_text_writer *w, const char *label);
void smbt_text_end_row(struct smbt_text_writer *w);
/* The rows of the evidence; only the first few unless the style is verbose. */
void smbt_text_evidence(struct smbt_text_writer *w, const GArray *evidence);
/* The line that says where to read on. */
void smbt_text_more(struct smbt_text_writer *w, const char *id);

/* One record each; they end with an empty line unless it is a single line. */
void smbt_text_end_record(struct smbt_text_writer *w, const smbt_end *end);
void smbt_text_server_record(struct smbt_text_writer *w, const smbt_server_info *server);
void smbt_text_client_record(struct smbt_text_writer *w, const smbt_client_info *client);
void smbt_text_what_if_record(struct smbt_text_writer *w, const smbt_what_if *what_if);
/* The rows of one connection's state as of `now`, beneath a heading that names it. `most` rows of a kind are
 * shown; 0: all. */
void smbt_text_state_rows(struct smbt_text_writer *w, const smbt_state_connection *connection, smbt_time now,
                          unsigned most);

#endif
