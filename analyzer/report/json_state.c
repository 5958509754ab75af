/* The state of connections as JSON: every key is always there, unknown is null.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/community_id.h"
#include "report/json.h"

const char *smbt_state_patience_name(enum smbt_state_patience patience)
{
    static const char *const names[] = {"timed", "exempt", "unsure"};
    return names[patience];
}

#define ROWS(json, key, type, rows)                                                                          \
    smbt_jsonout_begin_array(json, key);                                                                     \
    for (guint i = 0; i < (rows)->len; i++) {                                                                \
        const type *r = &g_array_index(rows, type, i);                                                       \
        smbt_jsonout_begin_object(json, NULL);
#define END_ROWS(json)                                                                                       \
    smbt_jsonout_end_object(json);                                                                           \
    }                                                                                                        \
    smbt_jsonout_end_array(json)

static void put_sessions(smbt_jsonout *json, const GArray *sessions)
{
    ROWS(json, "sessions", smbt_state_session, sessions)
    smbt_jsonout_uint(json, "id", r->id);
    smbt_jsonout_string(json, "user", r->user);
    smbt_jsonout_string(json, "state", r->state);
    smbt_jsonout_string(json, "mechanism", r->mechanism);
    smbt_jsonout_bool(json, "preexisting", r->preexisting);
    smbt_jsonout_frame(json, "frame", r->frame);
    smbt_jsonout_frame(json, "closed_by_vc_frame", r->vc_frame);
    smbt_jsonout_frame(json, "expired_frame", r->expired_frame);
    END_ROWS(json);
}

static void put_trees(smbt_jsonout *json, const GArray *trees)
{
    ROWS(json, "trees", smbt_state_tree, trees)
    smbt_jsonout_uint(json, "tid", r->tid);
    smbt_jsonout_uint(json, "session", r->session);
    smbt_jsonout_string(json, "path", r->path);
    smbt_jsonout_string(json, "kind", r->kind);
    smbt_jsonout_bool(json, "preexisting", r->preexisting);
    smbt_jsonout_frame(json, "frame", r->frame);
    END_ROWS(json);
}

static void put_opens(smbt_jsonout *json, const GArray *opens)
{
    ROWS(json, "opens", smbt_state_open, opens)
    smbt_jsonout_uint(json, "fid", r->fid);
    smbt_jsonout_uint(json, "tid", r->tid);
    smbt_jsonout_uint(json, "session", r->session);
    smbt_jsonout_string(json, "path", r->path);
    smbt_jsonout_string(json, "kind", r->kind);
    smbt_jsonout_bool(json, "preexisting", r->preexisting);
    smbt_jsonout_bool(json, "offline", r->offline);
    smbt_jsonout_uint(json, "locks", r->locks);
    smbt_jsonout_frame(json, "frame", r->frame);
    smbt_jsonout_string(json, "oplock", r->oplock);
    smbt_jsonout_bool(json, "oplock_breaking", r->breaking);
    smbt_jsonout_frame(json, "oplock_break_frame", r->break_frame);
    smbt_jsonout_frame(json, "oplock_ack_frame", r->ack_frame);
    END_ROWS(json);
}

static void put_searches(smbt_jsonout *json, const GArray *searches)
{
    ROWS(json, "searches", smbt_state_search, searches)
    smbt_jsonout_uint(json, r->has_sid ? "sid" : "mid", r->sid);
    smbt_jsonout_null(json, r->has_sid ? "mid" : "sid");
    smbt_jsonout_uint(json, "tid", r->tid);
    smbt_jsonout_string(json, "pattern", r->pattern);
    smbt_jsonout_bool(json, "preexisting", r->preexisting);
    smbt_jsonout_frame(json, "frame", r->frame);
    smbt_jsonout_frame(json, "last_frame", r->last_frame);
    smbt_jsonout_time(json, "last_used", r->last_used);
    END_ROWS(json);
}

static void put_requests(smbt_jsonout *json, const GArray *requests)
{
    ROWS(json, "requests", smbt_state_request, requests)
    smbt_jsonout_frame(json, "frame", r->frame);
    smbt_jsonout_time(json, "time", r->time);
    smbt_jsonout_ms(json, "age_ms", r->age);
    smbt_jsonout_string(json, "command", r->command);
    smbt_jsonout_string(json, "path", r->path);
    if (r->has_fid)
        smbt_jsonout_uint(json, "fid", r->fid);
    else
        smbt_jsonout_null(json, "fid");
    smbt_jsonout_string(json, "client_timer", smbt_state_patience_name(r->patience));
    smbt_jsonout_string(json, "why", r->why);
    smbt_jsonout_bool(json, "interim_answer", r->interim);
    smbt_jsonout_bool(json, "cancelled", r->cancelled);
    smbt_jsonout_frame(json, "probe_frame", r->probe_frame);
    END_ROWS(json);
}

static void put_clocks(smbt_jsonout *json, const GArray *clocks)
{
    ROWS(json, "clocks", smbt_state_clock, clocks)
    smbt_jsonout_string(json, "timer", r->timer);
    smbt_jsonout_string(json, "side", smbt_side_name(r->side));
    smbt_jsonout_string(json, "action", r->action);
    smbt_jsonout_bool(json, "closes", r->closes);
    smbt_jsonout_string(json, "object", r->object);
    smbt_jsonout_frame(json, "armed_frame", r->armed_frame);
    smbt_jsonout_frame(json, "frame", r->frame);
    smbt_jsonout_time(json, "time", r->time);
    smbt_jsonout_uint(json, "restarts", r->restarts);
    smbt_jsonout_bool(json, "known", r->known);
    smbt_jsonout_bool(json, "off", r->off);
    smbt_jsonout_ms(json, "value_ms", r->value);
    smbt_jsonout_string(json, "source", r->source);
    smbt_jsonout_time(json, "from", r->from);
    smbt_jsonout_time(json, "to", r->to);
    smbt_jsonout_epoch(json, "from_epoch_ns", r->from);
    smbt_jsonout_epoch(json, "to_epoch_ns", r->to);
    smbt_jsonout_strings(json, "doubts", r->doubts);
    END_ROWS(json);
}

static void put_connection(smbt_jsonout *json, const smbt_state_connection *c)
{
    char id[SMBT_COMMUNITY_ID_SIZE];
    smbt_json_ends(json, &c->client, &c->server);
    smbt_jsonout_string(json, "community_id", smbt_community_id(id, &c->client, &c->server));
    smbt_jsonout_string(json, "transport", c->transport);
    smbt_jsonout_string(json, "dialect", c->dialect);
    smbt_jsonout_bool(json, "from_start", c->from_start);
    smbt_jsonout_frame(json, "first_frame", c->first_frame);
    smbt_jsonout_time(json, "first_time", c->first_time);
    smbt_jsonout_frame(json, "ended_frame", c->ended_frame);
    put_sessions(json, c->sessions);
    put_trees(json, c->trees);
    put_opens(json, c->opens);
    smbt_jsonout_uint(json, "smb2_opens", c->smb2_opens);
    put_searches(json, c->searches);
    put_requests(json, c->requests);
    put_clocks(json, c->clocks);
}

static void put_neighbours(smbt_jsonout *json, const smbt_state *state)
{
    ROWS(json, "neighbours", smbt_state_neighbour, state->neighbours)
    smbt_json_ends(json, &r->client, &r->server);
    smbt_jsonout_string(json, "name", r->name);
    smbt_jsonout_bool(json, "from_start", r->from_start);
    smbt_jsonout_frame(json, "first_frame", r->first_frame);
    smbt_jsonout_frame(json, "logon_frame", r->logon_frame);
    END_ROWS(json);
    smbt_jsonout_uint(json, "neighbours_more", state->neighbours_more);
}

void smbt_json_put_state(smbt_jsonout *json, const smbt_state *state)
{
    smbt_jsonout_frame(json, "frame", state->frame);
    smbt_jsonout_time(json, "time", state->time);
    smbt_jsonout_epoch(json, "epoch_ns", state->time);
    smbt_jsonout_begin_array(json, "connections");
    for (guint i = 0; i < state->connections->len; i++) {
        smbt_jsonout_begin_object(json, NULL);
        put_connection(json, &g_array_index(state->connections, smbt_state_connection, i));
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
    put_neighbours(json, state);
}

void smbt_json_state(GString *out, const char *file, const smbt_state *state)
{
    smbt_jsonout json = {.out = out, .naming = {state->places, state->frame}};
    smbt_jsonout_begin_object(&json, NULL);
    smbt_jsonout_string(&json, "type", "state");
    smbt_jsonout_string(&json, "file", file);
    smbt_json_put_state(&json, state);
    smbt_jsonout_end_object(&json);
}
