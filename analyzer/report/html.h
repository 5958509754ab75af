/* What the parts of the HTML report share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_HTML_H
#define SMBT_REPORT_HTML_H

#include <smbtrace/smbtrace.h>

/* By severity. */
extern const char *const smbt_html_marks[SMBT_SEVERITY_MAX];

/* What a finding is linked by: the same in the index and at the finding. `pair` may be NULL. g_free. */
char *smbt_html_anchor(const char *file, const char *pair, const char *finding, uint64_t frame);

/* A drawing of how a connection ended: the frames that matter from left to right, in their order and not to
 * scale, a lane per connection. Nothing when the end itself is all there is to show. */
void smbt_html_timeline(GString *out, const smbt_end *end);

#endif
