/* The timeline of an end as inline SVG.
 *
 * What belongs together may lie microseconds or hours apart, so the axis is the order of frames: each that
 * matters gets a column, with its distance from the end where that is known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/html.h"

#include "base/addr.h"
#include "report/markup.h"
#include "report/phrase.h"

/* Columns beyond this are left out, requests and evidence first. */
#define COLUMNS_MAX 12

enum { LABELS = 180, COLUMN = 86, TOP = 44, LANE = 58, RIGHT = 40, PENDING = 17 };

enum mark { MARK_START, MARK_SETUP, MARK_REQUEST, MARK_EVIDENCE, MARK_CULPRIT, MARK_END };
enum lane { LANE_VICTIM, LANE_CULPRIT, LANE_EVIDENCE, LANES };

struct event {
    uint64_t frame;
    smbt_duration before; /* the end; UNKNOWN */
    enum mark mark;
    enum lane lane;
    const char *what; /* borrowed */
};

struct drawing {
    GString *out;
    const smbt_end *end;
    GArray *events; /* of struct event, by frame */
    GArray *frames; /* of uint64_t: the columns */
    int y[LANES];   /* 0: there is no such lane */
    int width, height;
};

static bool has_mark(const GArray *events, uint64_t frame)
{
    for (guint i = 0; i < events->len; i++)
        if (g_array_index(events, struct event, i).frame == frame) return true;
    return false;
}

static void add_event(GArray *events, struct event event)
{
    if (event.frame) g_array_append_val(events, event);
}

static gint by_frame(gconstpointer a, gconstpointer b)
{
    const struct event *x = a, *y = b;
    return x->frame != y->frame ? (x->frame > y->frame) - (x->frame < y->frame) : (int)x->mark - (int)y->mark;
}

static void add_sessions(GArray *events, const smbt_end *end)
{
    const smbt_state *state = end->state;
    if (!state || state->connections->len == 0) return;
    const GArray *sessions = g_array_index(state->connections, smbt_state_connection, 0).sessions;
    for (guint i = 0; i < sessions->len; i++) {
        const smbt_state_session *s = &g_array_index(sessions, smbt_state_session, i);
        if (s->preexisting) continue;
        add_event(events, (struct event){.frame = s->frame,
                                         .before = SMBT_DURATION_UNKNOWN,
                                         .mark = MARK_SETUP,
                                         .what = s->user ? s->user : "session"});
    }
}

static smbt_duration since_start(const smbt_end *end)
{
    const smbt_state *state = end->state;
    if (!state || state->connections->len == 0 || end->time == SMBT_TIME_NONE) return SMBT_DURATION_UNKNOWN;
    smbt_time first = g_array_index(state->connections, smbt_state_connection, 0).first_time;
    return first == SMBT_TIME_NONE || first > end->time ? SMBT_DURATION_UNKNOWN : end->time - first;
}

/* The most important first: what comes too late for a column is left out. */
static GArray *collect(const smbt_end *end)
{
    GArray *events = g_array_new(FALSE, FALSE, sizeof(struct event));
    add_event(events, (struct event){.frame = end->frame, .mark = MARK_END, .what = "the end"});
    if (end->culprit.frame && end->culprit.frame != end->frame)
        add_event(events, (struct event){.frame = end->culprit.frame,
                                         .before = end->culprit.delay,
                                         .mark = MARK_CULPRIT,
                                         .lane = end->culprit.has_connection ? LANE_CULPRIT : LANE_VICTIM,
                                         .what = "set it off"});
    if (end->connection.first_frame != end->frame)
        add_event(events, (struct event){.frame = end->connection.first_frame,
                                         .before = since_start(end),
                                         .mark = MARK_START,
                                         .what = "first frame of the connection"});
    add_sessions(events, end);
    for (guint i = 0; end->in_flight && i < end->in_flight->len; i++) {
        const smbt_in_flight *r = &g_array_index(end->in_flight, smbt_in_flight, i);
        add_event(events, (struct event){.frame = r->frame,
                                         .before = r->age,
                                         .mark = MARK_REQUEST,
                                         .what = r->command ? r->command : "request"});
    }
    for (guint i = 0; end->evidence && i < end->evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(end->evidence, smbt_evidence, i);
        if (has_mark(events, e->frame)) continue;
        add_event(events, (struct event){.frame = e->frame,
                                         .before = SMBT_DURATION_UNKNOWN,
                                         .mark = MARK_EVIDENCE,
                                         .lane = LANE_EVIDENCE,
                                         .what = e->what});
    }
    return events;
}

/* Culprits that talk on the victim's own connection have no lane of their own. */
static bool same_connection(const smbt_end *end)
{
    return smbt_endpoint_equal(&end->culprit.client, &end->connection.client) &&
           smbt_endpoint_equal(&end->culprit.server, &end->connection.server);
}

static int column(const struct drawing *d, uint64_t frame)
{
    for (guint i = 0; i < d->frames->len; i++)
        if (g_array_index(d->frames, uint64_t, i) == frame) return LABELS + (int)i * COLUMN + COLUMN / 2;
    return 0;
}

static void lay_out(struct drawing *d)
{
    bool has[LANES] = {true};
    guint columns = 0;
    for (guint i = 0; i < d->events->len;) {
        struct event *e = &g_array_index(d->events, struct event, i);
        if (e->lane == LANE_CULPRIT && same_connection(d->end)) e->lane = LANE_VICTIM;
        bool is_new = true;
        for (guint k = 0; k < i; k++)
            if (g_array_index(d->events, struct event, k).frame == e->frame) is_new = false;
        if (is_new && columns == COLUMNS_MAX) {
            g_array_remove_index(d->events, i);
            continue;
        }
        columns += is_new;
        has[e->lane] = true;
        i++;
    }
    g_array_sort(d->events, by_frame);
    for (guint i = 0; i < d->events->len; i++) {
        uint64_t frame = g_array_index(d->events, struct event, i).frame;
        if (i == 0 || g_array_index(d->events, struct event, i - 1).frame != frame)
            g_array_append_val(d->frames, frame);
    }
    d->height = TOP;
    for (int lane = 0; lane < LANES; lane++) {
        if (!has[lane]) continue;
        d->y[lane] = d->height + LANE / 2;
        d->height += LANE;
    }
    d->width = LABELS + (int)d->frames->len * COLUMN + RIGHT;
}

static void draw_columns(struct drawing *d)
{
    for (guint i = 0; i < d->frames->len; i++) {
        uint64_t frame = g_array_index(d->frames, uint64_t, i);
        int x = column(d, frame);
        smbt_duration before = SMBT_DURATION_UNKNOWN;
        for (guint k = 0; k < d->events->len; k++) {
            const struct event *e = &g_array_index(d->events, struct event, k);
            if (e->frame == frame && e->before != SMBT_DURATION_UNKNOWN) before = e->before;
        }
        g_string_append_printf(d->out,
                               "<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
                               "<text class=\"m\" x=\"%d\" y=\"14\">%" G_GUINT64_FORMAT "</text>",
                               x, TOP - 8, x, d->height - 6, x, frame);
        if (frame == d->end->frame || before == SMBT_DURATION_UNKNOWN) continue;
        g_autofree char *span = smbt_phrase_duration(before);
        g_string_append_printf(d->out, "<text class=\"m d\" x=\"%d\" y=\"30\">", x);
        smbt_markup_printf(d->out, "\xe2\x88\x92%s</text>", span);
    }
    g_string_append(d->out, "<text class=\"d\" x=\"0\" y=\"14\">frame</text>"
                            "<text class=\"d\" x=\"0\" y=\"30\">before the end</text>");
}

static void draw_label(struct drawing *d, enum lane lane, const char *text, const char *below)
{
    g_string_append_printf(d->out, "<text x=\"0\" y=\"%d\">", d->y[lane]);
    smbt_markup_printf(d->out, "%s</text>", text);
    g_string_append_printf(d->out, "<text class=\"d\" x=\"0\" y=\"%d\">", d->y[lane] + 15);
    smbt_markup_printf(d->out, "%s</text>", below);
}

static void draw_line(struct drawing *d, const char *class, int x1, int x2, int y)
{
    g_string_append_printf(d->out, "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", class, x1,
                           y, x2, y);
}

static char *client_label(const smbt_endpoint *client)
{
    char buf[SMBT_ADDR_STRLEN];
    return g_strdup_printf("%s:%u", client->addr.family ? smbt_addr_format(&client->addr, buf) : "?",
                           client->port);
}

/* A name as long as there is room for. */
static char *shortened(const char *name)
{
    enum { ROOM = 24 };
    if (!name || g_utf8_strlen(name, -1) <= ROOM) return g_strdup(name ? name : "");
    g_autofree char *start = g_utf8_substring(name, 0, ROOM - 1);
    return g_strconcat(start, "\xe2\x80\xa6", NULL);
}

static void draw_lanes(struct drawing *d)
{
    const smbt_end *end = d->end;
    int first = column(d, end->connection.first_frame), last = column(d, end->frame);
    g_autofree char *victim = client_label(&end->connection.client);
    g_autofree char *host =
        shortened(end->connection.workstation ? end->connection.workstation : end->connection.user);
    draw_label(d, LANE_VICTIM, victim, host);
    draw_line(d, "lane", first ? first : LABELS, last, d->y[LANE_VICTIM]);
    if (d->y[LANE_CULPRIT]) {
        g_autofree char *other = client_label(&end->culprit.client);
        draw_label(d, LANE_CULPRIT, other, "set it off");
        draw_line(d, "lane open", LABELS, d->width - RIGHT, d->y[LANE_CULPRIT]);
    }
    if (d->y[LANE_EVIDENCE]) draw_label(d, LANE_EVIDENCE, "evidence", "on either");
    for (guint i = 0; i < d->events->len; i++) {
        const struct event *e = &g_array_index(d->events, struct event, i);
        if (e->mark != MARK_REQUEST) continue;
        draw_line(d, "wait", column(d, e->frame), last, d->y[LANE_VICTIM] + PENDING);
        break; /* the oldest: the others' waits lie within */
    }
}

static void draw_event(struct drawing *d, const struct event *e)
{
    int x = column(d, e->frame), y = d->y[e->lane];
    g_autofree char *frame = g_strdup_printf("frame %" G_GUINT64_FORMAT, e->frame);
    g_string_append(d->out, "<g>");
    smbt_markup_printf(d->out, "<title>%s: %s</title>", frame, e->what);
    switch (e->mark) {
    case MARK_START:
        g_string_append_printf(d->out, "<circle class=\"tick\" cx=\"%d\" cy=\"%d\" r=\"4\"/>", x, y);
        break;
    case MARK_SETUP:
        g_string_append_printf(d->out, "<circle class=\"dot\" cx=\"%d\" cy=\"%d\" r=\"6\"/>", x, y);
        break;
    case MARK_REQUEST:
        g_string_append_printf(d->out, "<circle class=\"ring\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", x,
                               y + PENDING);
        break;
    case MARK_EVIDENCE:
        g_string_append_printf(d->out, "<rect class=\"tick\" x=\"%d\" y=\"%d\" width=\"8\" height=\"8\"/>",
                               x - 4, y - 4);
        break;
    case MARK_CULPRIT:
        g_string_append_printf(d->out, "<path class=\"culprit\" d=\"M%d %dl9 9l-9 9l-9 -9z\"/>", x, y - 9);
        break;
    case MARK_END:
        g_string_append_printf(d->out, "<path class=\"end\" d=\"M%d %dl14 14m0 -14l-14 14\"/>", x - 7, y - 7);
        break;
    }
    g_string_append(d->out, "</g>");
}

static void add_legend(GString *out, const GArray *events)
{
    static const char *const words[] = {
        [MARK_START] = "\xe2\x80\xa2 first frame",          [MARK_SETUP] = "\xe2\x97\x8f logon",
        [MARK_REQUEST] = "\xe2\x97\x8b unanswered request", [MARK_EVIDENCE] = "\xe2\x96\xa0 evidence",
        [MARK_CULPRIT] = "\xe2\x97\x86 what set it off",    [MARK_END] = "\xe2\x9c\x95 the end"};
    g_string_append(out, "<p class=\"legend\">");
    for (int mark = MARK_START; mark <= MARK_END; mark++)
        for (guint i = 0; i < events->len; i++)
            if ((int)g_array_index(events, struct event, i).mark == mark) {
                smbt_markup_printf(out, "<span>%s</span> ", words[mark]);
                break;
            }
    g_string_append(out, "Frames in their order, not to scale.</p>\n");
}

void smbt_html_timeline(GString *out, const smbt_end *end)
{
    struct drawing d = {.out = out, .end = end, .events = collect(end)};
    d.frames = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    lay_out(&d);
    if (d.frames->len > 1) {
        g_string_append_printf(
            out,
            "<div class=\"scroll\"><svg role=\"img\" aria-label=\"timeline\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\">",
            d.width, d.height, d.width, d.height);
        draw_columns(&d);
        draw_lanes(&d);
        for (guint i = 0; i < d.events->len; i++)
            draw_event(&d, &g_array_index(d.events, struct event, i));
        g_string_append(out, "</svg></div>\n");
        add_legend(out, d.events);
    }
    g_array_unref(d.events);
    g_array_unref(d.frames);
}
