/* The words of the text report one by one, each on one line and without styles: for formats that have a
 * layout of their own. They are clean, as all that the text renderers print, and not escaped for anything.
 * The caller frees.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_PHRASE_H
#define SMBT_REPORT_PHRASE_H

#include "report/digest.h"

char *smbt_phrase_pair(const smbt_endpoint *client, const smbt_endpoint *server);
char *smbt_phrase_connection(const smbt_connection_info *connection);
char *smbt_phrase_duration(smbt_duration duration);
/* "zero-vc, NAT collision (likely)" */
char *smbt_phrase_cause(const smbt_end *end);
/* "reset by the server, frame 280, 21:36:16.045" */
char *smbt_phrase_end(const smbt_end *end);
/* "frame 278 on 10.50.0.2:35540 → 10.50.0.10:445, 935 µs before"; NULL when there is none. */
char *smbt_phrase_culprit(const smbt_end *end);
/* "clientA.pcap, near the client: frame 272 on ..." */
char *smbt_phrase_view(const smbt_end_view *view);
char *smbt_phrase_other_frame(const smbt_other_frame *place);
char *smbt_phrase_companion(const smbt_companion *companion);
/* NULL when nothing was. */
char *smbt_phrase_in_flight(const smbt_end *end);
/* "after 2.1 s, frame 680 on 10.50.0.2:60294 → 10.50.0.10:445; logged on after 2.2 s", or why that is not
 * known; NULL when nobody looked. */
char *smbt_phrase_reconnect(const smbt_end *end);
/* "ACCT-PC01 ended 7, lost 6; FRONTDESK ended 6, lost 7" */
char *smbt_phrase_pattern_hosts(const smbt_pattern *pattern);
/* "frame 236 to frame 693, 21:36:38.518 to 21:36:43.519" */
char *smbt_phrase_pattern_span(const smbt_pattern *pattern);
/* "frame 278, 21:36:16.045, 10.50.0.2:37632 → 10.50.0.10:445" */
char *smbt_phrase_observed(const smbt_observation *observation);
/* A server's or client's line. */
char *smbt_phrase_peer(const smbt_record *record);
char *smbt_phrase_numbers(const smbt_capture_info *info);
/* "2026-11-20 21:36:13.020 UTC, near the server"; NULL when nothing is known of it. */
char *smbt_phrase_circumstances(const smbt_capture_info *info);
/* As smbt_text_beyond and smbt_text_coincidence; NULL where these say nothing. */
char *smbt_phrase_beyond(const smbt_capture_info *info);
char *smbt_phrase_coincidence(const smbt_capture_info *info);
/* What is not as it should be, a line each. The caller frees with g_strfreev. */
char **smbt_phrase_capture_notes(const smbt_input_info *input, const smbt_capture_info *info);
/* "3 errors, 1 warning", or "nothing at warning or above". */
char *smbt_phrase_worst(const smbt_tally *tally);
/* What was found, in a sentence; what else there is, NULL when that is all. */
char *smbt_phrase_headline(const smbt_digest *digest);
/* The same for a whole report: of no capture, nothing is said about ends. */
char *smbt_phrase_report_headline(const smbt_digest *digest, uint64_t captures);
char *smbt_phrase_rest(const smbt_digest *digest);
/* "10.0.0.1 (3), 10.0.0.2 (2) and 94 more (96)": of servers, hosts, times; NULL when there is one at most. */
char *smbt_phrase_servers(const smbt_digest *digest);
char *smbt_phrase_hosts(const smbt_digest *digest);
char *smbt_phrase_times(const smbt_digest *digest);
/* "12:37:16 to 12:39:21"; with dates where these differ, or if `dated`; NULL when the first is not set. */
char *smbt_phrase_span(smbt_time first, smbt_time last, bool dated);
/* The `most` lines of the most ends, and how many others there are. g_strfreev. */
char **smbt_phrase_fold(const smbt_digest *digest, const smbt_digest_row *row, guint most);
/* "Not shown: 101 client-close, 1 refused (--min-severity info shows all)"; NULL when nothing was left out.
 */
char *smbt_phrase_hidden(const smbt_digest *digest);
/* "1 capture", "1 842 captures" */
char *smbt_phrase_count(uint64_t n, const char *one, const char *many);

/* How many hosts of a client address are told apart from others, by a name or by what several connections
 * share. `ret_unattributed`: its connections that belong to none of them. */
guint smbt_told_hosts(const smbt_client_info *client, unsigned *ret_unattributed);
bool smbt_host_is_told(const smbt_host_info *host);

/* Requests were waiting when a reset that was not the client's came: error 64 on Windows. */
bool smbt_user_sees_error_64(const smbt_end *end);

#endif
