/* Validates JSON against a JSON Schema: the keywords that smbtrace's schema uses, and no others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTDATA_SCHEMA_H
#define SMBT_TESTDATA_SCHEMA_H

#include <json-glib/json-glib.h>

/* NULL when `value` is valid by the schema whose root is `schema`; else what is wrong, and where. The caller
 * frees. A keyword that is not known is wrong too, and so is, with `closed`, a member that the schema does
 * not name. */
char *schema_check(JsonNode *schema, JsonNode *value, gboolean closed);

#endif
