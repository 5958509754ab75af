/* What the checks of labelled captures share: running the program, reading its report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTDATA_LABELS_H
#define SMBT_TESTDATA_LABELS_H

#include <json-glib/json-glib.h>

/* The file must be there and be JSON. */
JsonNode *label_read(const char *path);

/* The report of PROGRAM on a capture, parsed. It must exit, with nothing on standard error. */
JsonNode *label_report(const char *program, const char *capture, int *ret_exit);

/* "10.50.0.2:37632" of the `side` ("client", "server") of {"client": {"ip": ..., "port": ...}, ...}. */
char *label_endpoint(JsonObject *connection, const char *side);

/* Of an end as reported. */
gint64 label_end_frame(JsonObject *said);

/* Whether `words` holds the word. */
gboolean label_holds(JsonArray *words, const char *word);

#endif
