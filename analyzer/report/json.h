/* What the JSON renderers share, and the records that have a file of their own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_JSON_H
#define SMBT_REPORT_JSON_H

#include "report/jsonout.h"

#include <smbtrace/smbtrace.h>

/* "client": {...}, "server": {...}; members of the object that is open. */
void smbt_json_ends(smbt_jsonout *json, const smbt_endpoint *client, const smbt_endpoint *server);

/* "ip": "10.0.0.1"; null for an unset address. */
void smbt_json_addr(smbt_jsonout *json, const char *key, const smbt_addr *addr);

/* The members of a server, of a client. */
void smbt_json_put_server(smbt_jsonout *json, const smbt_server_info *server);
void smbt_json_put_client(smbt_jsonout *json, const smbt_client_info *client);

/* The members of a state, of a what-if. */
void smbt_json_put_state(smbt_jsonout *json, const smbt_state *state);
void smbt_json_put_what_if(smbt_jsonout *json, const smbt_what_if *what_if);
/* What was joined to an end, to a capture: nothing when it was not joined. */
void smbt_json_put_views(smbt_jsonout *json, const smbt_end *end);
void smbt_json_put_companions(smbt_jsonout *json, const smbt_capture_info *info);

/* The members of a pattern, within an object. */
void smbt_json_put_pattern(smbt_jsonout *json, const smbt_pattern *pattern);

#endif
