/* What the timeline of an end shows.
 *
 * What belongs together may lie microseconds or hours apart, so the axis is the order of frames: each that
 * matters gets a column, with its distance from the end where that is known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/html_timeline.h"

#include "base/addr.h"
#include "report/html.h"
#include "report/phrase.h"

/* What comes beyond these is left out: the least important frames, the last lanes. */
#define COLUMNS_MAX    12
#define NEIGHBOURS_MAX 5
#define CLOCKS_MAX     3

static void lane_clear(gpointer p)
{
    smbt_lane *lane = p;
    g_free(lane->label);
    g_free(lane->below);
    g_free(lane->due);
}

/* A name as long as there is room for; the caller frees. */
static char *shortened(const char *name)
{
    enum { ROOM = 24 };
    if (!name || g_utf8_strlen(name, -1) <= ROOM) return g_strdup(name ? name : "");
    g_autofree char *start = g_utf8_substring(name, 0, ROOM - 1);
    return g_strconcat(start, "\xe2\x80\xa6", NULL);
}

static char *client_label(const smbt_endpoint *client)
{
    char buf[SMBT_ADDR_STRLEN];
    return g_strdup_printf("%s:%u", client->addr.family ? smbt_addr_format(&client->addr, buf) : "?",
                           client->port);
}

static guint add_lane(smbt_timeline *t, smbt_lane lane)
{
    g_array_append_val(t->lanes, lane);
    return t->lanes->len - 1;
}

static bool has_frame(const smbt_timeline *t, uint64_t frame)
{
    for (guint i = 0; i < t->frames->len; i++)
        if (g_array_index(t->frames, uint64_t, i) == frame) return true;
    return false;
}

/* The most important first: what comes too late for a column is left out. */
static void add_event(smbt_timeline *t, smbt_event event)
{
    if (event.frame == 0) return;
    if (!has_frame(t, event.frame)) {
        if (t->frames->len == COLUMNS_MAX) return;
        g_array_append_val(t->frames, event.frame);
    }
    g_array_append_val(t->events, event);
}

static const smbt_state_connection *state_of(const smbt_end *end)
{
    bool has = end->state && end->state->connections->len > 0;
    return has ? &g_array_index(end->state->connections, smbt_state_connection, 0) : NULL;
}

static smbt_duration since(const smbt_end *end, smbt_time time)
{
    bool known = time != SMBT_TIME_NONE && end->time != SMBT_TIME_NONE && time <= end->time;
    return known ? end->time - time : SMBT_DURATION_UNKNOWN;
}

static void add_connection(smbt_timeline *t)
{
    const smbt_end *end = t->end;
    const smbt_state_connection *state = state_of(end);
    const char *host = end->connection.workstation ? end->connection.workstation : end->connection.user;
    guint lane = add_lane(t, (smbt_lane){.label = client_label(&end->connection.client),
                                         .below = shortened(host),
                                         .from = end->connection.first_frame,
                                         .ends = true});
    add_event(t, (smbt_event){end->frame, SMBT_DURATION_UNKNOWN, SMBT_MARK_END, lane, "the end"});
    if (end->connection.first_frame != end->frame)
        add_event(t, (smbt_event){end->connection.first_frame,
                                  state ? since(end, state->first_time) : SMBT_DURATION_UNKNOWN,
                                  SMBT_MARK_START, lane, "first frame of the connection"});
    for (guint i = 0; state && i < state->sessions->len; i++) {
        const smbt_state_session *s = &g_array_index(state->sessions, smbt_state_session, i);
        if (!s->preexisting)
            add_event(t, (smbt_event){s->frame, SMBT_DURATION_UNKNOWN, SMBT_MARK_SETUP, lane,
                                      s->user ? s->user : "session"});
    }
}

static bool same_pair(const smbt_endpoint *client, const smbt_endpoint *server, const smbt_end *end)
{
    return smbt_endpoint_equal(client, &end->connection.client) &&
           smbt_endpoint_equal(server, &end->connection.server);
}

static bool is_culprits(const smbt_endpoint *client, const smbt_endpoint *server, const smbt_end *end)
{
    return end->culprit.has_connection && smbt_endpoint_equal(client, &end->culprit.client) &&
           smbt_endpoint_equal(server, &end->culprit.server);
}

/* A culprit that speaks on the connection itself has no lane of its own. */
static void add_culprit(smbt_timeline *t)
{
    const smbt_end *end = t->end;
    if (end->culprit.frame == 0 || end->culprit.frame == end->frame) return;
    guint lane = 0;
    if (end->culprit.has_connection && !same_pair(&end->culprit.client, &end->culprit.server, end))
        lane = add_lane(
            t, (smbt_lane){.label = client_label(&end->culprit.client), .below = g_strdup("set it off")});
    add_event(t, (smbt_event){end->culprit.frame, end->culprit.delay, SMBT_MARK_CULPRIT, lane, "set it off"});
}

static void add_requests(smbt_timeline *t)
{
    const GArray *requests = t->end->in_flight;
    for (guint i = 0; requests && i < requests->len; i++) {
        const smbt_in_flight *r = &g_array_index(requests, smbt_in_flight, i);
        add_event(t,
                  (smbt_event){r->frame, r->age, SMBT_MARK_REQUEST, 0, r->command ? r->command : "request"});
    }
}

static bool is_marked(const smbt_timeline *t, uint64_t frame)
{
    for (guint i = 0; i < t->events->len; i++)
        if (g_array_index(t->events, smbt_event, i).frame == frame) return true;
    return false;
}

static void add_evidence(smbt_timeline *t)
{
    const GArray *evidence = t->end->evidence;
    guint lane = 0;
    for (guint i = 0; evidence && i < evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        if (e->frame == 0 || is_marked(t, e->frame) || t->frames->len == COLUMNS_MAX) continue;
        if (lane == 0)
            lane = add_lane(t, (smbt_lane){.kind = SMBT_LANE_EVIDENCE,
                                           .label = g_strdup("evidence"),
                                           .below = g_strdup("on either")});
        add_event(t, (smbt_event){e->frame, SMBT_DURATION_UNKNOWN, SMBT_MARK_EVIDENCE, lane, e->what});
    }
}

/* ---- Clocks */

static char *due_of(const smbt_end *end, smbt_time from)
{
    bool over = from <= end->time;
    g_autofree char *span = smbt_phrase_duration(over ? end->time - from : from - end->time);
    if (over) return g_strdup_printf("due from %s before", span);
    return g_strdup_printf("due %s later", span);
}

/* One for each timer: of several profiles the clock that runs out first. */
static bool is_worth_it(const smbt_state_connection *c, guint at)
{
    const smbt_state_clock *clock = &g_array_index(c->clocks, smbt_state_clock, at);
    if (!clock->closes || clock->off || clock->value == SMBT_DURATION_UNKNOWN ||
        clock->from == SMBT_TIME_NONE || clock->frame == 0)
        return false;
    for (guint i = 0; i < at; i++) {
        const smbt_state_clock *before = &g_array_index(c->clocks, smbt_state_clock, i);
        if (before->from != SMBT_TIME_NONE && g_str_equal(before->timer, clock->timer)) return false;
    }
    return true;
}

static void add_clocks(smbt_timeline *t)
{
    const smbt_state_connection *state = state_of(t->end);
    guint shown = 0;
    for (guint i = 0; state && t->end->time != SMBT_TIME_NONE && i < state->clocks->len; i++) {
        const smbt_state_clock *clock = &g_array_index(state->clocks, smbt_state_clock, i);
        if (shown == CLOCKS_MAX || !is_worth_it(state, i)) continue;
        if (!has_frame(t, clock->frame) && t->frames->len == COLUMNS_MAX) continue;
        shown++;
        /* What the verdict says of its length outranks what is usual. */
        bool is_predicted = g_strcmp0(t->end->predicted.rule, clock->timer) == 0 &&
                            t->end->predicted.from != SMBT_TIME_NONE && t->end->predicted.from > clock->time;
        smbt_time from = is_predicted ? t->end->predicted.from : clock->from;
        g_autofree char *value = smbt_phrase_duration(is_predicted ? from - clock->time : clock->value);
        guint lane = add_lane(t, (smbt_lane){.kind = SMBT_LANE_CLOCK,
                                             .label = shortened(clock->timer),
                                             .below = g_strdup_printf("runs for %s", value),
                                             .from = clock->frame,
                                             .due = due_of(t->end, from),
                                             .ran_out = from <= t->end->time});
        add_event(t, (smbt_event){clock->frame, since(t->end, clock->time), SMBT_MARK_CLOCK, lane,
                                  "the clock runs from here"});
    }
}

/* ---- Neighbours */

/* Returns the index of the first of their lanes. */
static guint add_neighbours(smbt_timeline *t)
{
    const smbt_state *state = t->end->state;
    guint first = t->lanes->len;
    for (guint i = 0; state && i < state->neighbours->len && t->lanes->len < first + NEIGHBOURS_MAX; i++) {
        const smbt_state_neighbour *n = &g_array_index(state->neighbours, smbt_state_neighbour, i);
        if (!is_culprits(&n->client, &n->server, t->end))
            add_lane(t, (smbt_lane){.label = client_label(&n->client),
                                    .below = shortened(n->name),
                                    .from = n->from_start ? n->first_frame : 0});
    }
    return first;
}

static void add_their_logons(smbt_timeline *t, guint lane)
{
    const smbt_state *state = t->end->state;
    guint last = lane + NEIGHBOURS_MAX;
    for (guint i = 0; state && i < state->neighbours->len && lane < last; i++) {
        const smbt_state_neighbour *n = &g_array_index(state->neighbours, smbt_state_neighbour, i);
        if (!is_culprits(&n->client, &n->server, t->end))
            add_event(t, (smbt_event){n->logon_frame, SMBT_DURATION_UNKNOWN, SMBT_MARK_SETUP, lane++,
                                      n->name ? n->name : "session"});
    }
}

/* ---- The whole */

static gint by_frame(gconstpointer a, gconstpointer b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static gint by_frame_and_mark(gconstpointer a, gconstpointer b)
{
    const smbt_event *x = a, *y = b;
    return x->frame != y->frame ? by_frame(&x->frame, &y->frame) : (int)x->mark - (int)y->mark;
}

void smbt_html_timeline(GString *out, const smbt_end *end)
{
    g_autoptr(GArray) lanes = g_array_new(FALSE, TRUE, sizeof(smbt_lane));
    g_autoptr(GArray) events = g_array_new(FALSE, TRUE, sizeof(smbt_event));
    g_autoptr(GArray) frames = g_array_new(FALSE, TRUE, sizeof(uint64_t));
    g_array_set_clear_func(lanes, lane_clear);
    smbt_timeline t = {.end = end, .lanes = lanes, .events = events, .frames = frames};
    add_connection(&t);
    add_culprit(&t);
    guint neighbours = add_neighbours(&t);
    add_clocks(&t);
    add_requests(&t);
    add_evidence(&t);
    add_their_logons(&t, neighbours);
    g_array_sort(frames, by_frame);
    g_array_sort(events, by_frame_and_mark);
    if (frames->len > 1) smbt_html_draw(out, &t);
}
