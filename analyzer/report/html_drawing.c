/* A timeline as inline SVG.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/html_timeline.h"
#include "report/markup.h"
#include "report/phrase.h"

enum { LABELS = 180, COLUMN = 86, TOP = 44, LANE = 46, RIGHT = 40, DUE = 150, PENDING = 13 };
/* Columns move together before a reader has to scroll. */
#define COLUMNS_ROOM 700

struct drawing {
    GString *out;
    const smbt_timeline *timeline;
    int column;
    int width, height, right; /* where lanes that go on stop */
};

static int x_of(const struct drawing *d, uint64_t frame)
{
    const GArray *frames = d->timeline->frames;
    for (guint i = 0; i < frames->len; i++)
        if (g_array_index(frames, uint64_t, i) >= frame) return LABELS + (int)i * d->column + d->column / 2;
    return LABELS + (int)frames->len * d->column;
}

static int y_of(guint lane)
{
    return TOP + (int)lane * LANE + LANE / 2;
}

static void put_line(struct drawing *d, const char *class, int x1, int y1, int x2, int y2)
{
    g_string_append_printf(d->out, "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", class, x1,
                           y1, x2, y2);
}

static void put_text(struct drawing *d, const char *class, int x, int y, const char *text)
{
    if (class)
        g_string_append_printf(d->out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x, y);
    else
        g_string_append_printf(d->out, "<text x=\"%d\" y=\"%d\">", x, y);
    smbt_markup_printf(d->out, "%s</text>", text);
}

static smbt_duration before_end(const smbt_timeline *t, uint64_t frame)
{
    for (guint i = 0; i < t->events->len; i++) {
        const smbt_event *e = &g_array_index(t->events, smbt_event, i);
        if (e->frame == frame && e->before != SMBT_DURATION_UNKNOWN) return e->before;
    }
    return SMBT_DURATION_UNKNOWN;
}

static void draw_columns(struct drawing *d)
{
    const smbt_timeline *t = d->timeline;
    put_text(d, "d", 0, 14, "frame");
    put_text(d, "d", 0, 30, "before the end");
    for (guint i = 0; i < t->frames->len; i++) {
        uint64_t frame = g_array_index(t->frames, uint64_t, i);
        smbt_duration before = before_end(t, frame);
        int x = x_of(d, frame);
        g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, frame);
        put_line(d, "grid", x, TOP - 8, x, d->height - 6);
        put_text(d, "m", x, 14, number);
        if (frame == t->end->frame || before == SMBT_DURATION_UNKNOWN) continue;
        g_autofree char *span = smbt_phrase_duration(before);
        g_autofree char *minus = g_strconcat("\xe2\x88\x92", span, NULL);
        put_text(d, "m d", x, 30, minus);
    }
}

static void draw_clock(struct drawing *d, const smbt_lane *lane, int y)
{
    int end = x_of(d, d->timeline->end->frame), from = x_of(d, lane->from);
    put_line(d, "clock", from, y, end, y);
    if (!lane->ran_out) put_line(d, "clock later", end, y, d->right, y);
    if (end + DUE <= d->width)
        put_text(d, lane->ran_out ? "due" : "d", end + 10, y - 8, lane->due);
    else
        put_text(d, lane->ran_out ? "r due" : "r d", end - 10, y - 11, lane->due);
}

static void draw_connection(struct drawing *d, const smbt_lane *lane, int y)
{
    int end = x_of(d, d->timeline->end->frame), from = lane->from ? x_of(d, lane->from) : LABELS;
    if (lane->ends)
        put_line(d, "lane", from, y, end, y);
    else if (lane->from == 0)
        put_line(d, "lane open", from, y, d->right, y);
    else
        put_line(d, "lane", from, y, d->right, y);
}

/* The oldest request's wait: those of the others lie within. */
static void draw_wait(struct drawing *d)
{
    const smbt_timeline *t = d->timeline;
    for (guint i = 0; i < t->events->len; i++) {
        const smbt_event *e = &g_array_index(t->events, smbt_event, i);
        if (e->mark != SMBT_MARK_REQUEST) continue;
        int y = y_of(e->lane) + PENDING;
        put_line(d, "wait", x_of(d, e->frame), y, x_of(d, t->end->frame), y);
        return;
    }
}

static void draw_lanes(struct drawing *d)
{
    for (guint i = 0; i < d->timeline->lanes->len; i++) {
        const smbt_lane *lane = &g_array_index(d->timeline->lanes, smbt_lane, i);
        int y = y_of(i);
        put_text(d, NULL, 0, y, lane->label);
        put_text(d, "d", 0, y + 15, lane->below);
        if (lane->kind == SMBT_LANE_CLOCK) draw_clock(d, lane, y);
        if (lane->kind == SMBT_LANE_CONNECTION) draw_connection(d, lane, y);
    }
    draw_wait(d);
}

static void draw_event(struct drawing *d, const smbt_event *e)
{
    int x = x_of(d, e->frame), y = y_of(e->lane);
    g_autofree char *frame = g_strdup_printf("frame %" G_GUINT64_FORMAT, e->frame);
    g_string_append(d->out, "<g>");
    smbt_markup_printf(d->out, "<title>%s: %s</title>", frame, e->what);
    switch (e->mark) {
    case SMBT_MARK_START:
        g_string_append_printf(d->out, "<circle class=\"tick\" cx=\"%d\" cy=\"%d\" r=\"4\"/>", x, y);
        break;
    case SMBT_MARK_SETUP:
        g_string_append_printf(d->out, "<circle class=\"dot\" cx=\"%d\" cy=\"%d\" r=\"6\"/>", x, y);
        break;
    case SMBT_MARK_REQUEST:
        g_string_append_printf(d->out, "<circle class=\"ring\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", x,
                               y + PENDING);
        break;
    case SMBT_MARK_EVIDENCE:
        g_string_append_printf(d->out, "<rect class=\"tick\" x=\"%d\" y=\"%d\" width=\"8\" height=\"8\"/>",
                               x - 4, y - 4);
        break;
    case SMBT_MARK_CLOCK:
        g_string_append_printf(d->out, "<path class=\"armed\" d=\"M%d %dv14\"/>", x, y - 7);
        break;
    case SMBT_MARK_CULPRIT:
        g_string_append_printf(d->out, "<path class=\"culprit\" d=\"M%d %dl9 9l-9 9l-9 -9z\"/>", x, y - 9);
        break;
    case SMBT_MARK_END:
        g_string_append_printf(d->out, "<path class=\"end\" d=\"M%d %dl14 14m0 -14l-14 14\"/>", x - 7, y - 7);
        break;
    case SMBT_MARKS: break;
    }
    g_string_append(d->out, "</g>");
}

static void add_legend(GString *out, const GArray *events)
{
    static const char *const words[SMBT_MARKS] = {
        [SMBT_MARK_START] = "\xe2\x80\xa2 first frame",
        [SMBT_MARK_SETUP] = "\xe2\x97\x8f logon",
        [SMBT_MARK_REQUEST] = "\xe2\x97\x8b unanswered request",
        [SMBT_MARK_EVIDENCE] = "\xe2\x96\xa0 evidence",
        [SMBT_MARK_CLOCK] = "| a clock runs from here",
        [SMBT_MARK_CULPRIT] = "\xe2\x97\x86 what set it off",
        [SMBT_MARK_END] = "\xe2\x9c\x95 the end",
    };
    bool seen[SMBT_MARKS] = {false};
    for (guint i = 0; i < events->len; i++)
        seen[g_array_index(events, smbt_event, i).mark] = true;
    g_string_append(out, "<p class=\"legend\">");
    for (int mark = 0; mark < SMBT_MARKS; mark++)
        if (seen[mark]) smbt_markup_printf(out, "<span>%s</span> ", words[mark]);
    g_string_append(out, "Frames in their order, not to scale.</p>\n");
}

/* Lanes for which there was no room. */
static unsigned left_out(const smbt_timeline *t)
{
    unsigned neighbours = 0;
    for (guint i = 1; i < t->lanes->len; i++)
        neighbours += g_array_index(t->lanes, smbt_lane, i).kind == SMBT_LANE_CONNECTION;
    const smbt_state *state = t->end->state;
    unsigned all = state ? state->neighbours->len + state->neighbours_more : 0;
    return all > neighbours ? all - neighbours : 0;
}

static bool has_clock(const smbt_timeline *t)
{
    for (guint i = 0; i < t->lanes->len; i++)
        if (g_array_index(t->lanes, smbt_lane, i).kind == SMBT_LANE_CLOCK) return true;
    return false;
}

void smbt_html_draw(GString *out, const smbt_timeline *timeline)
{
    int columns = (int)timeline->frames->len, column = MIN(COLUMN, COLUMNS_ROOM / columns);
    struct drawing d = {.out = out,
                        .timeline = timeline,
                        .column = column,
                        .right = LABELS + columns * column,
                        .height = TOP + (int)timeline->lanes->len * LANE};
    d.width = d.right + RIGHT;
    int due = x_of(&d, timeline->end->frame) + DUE; /* how far what stands beside a clock goes */
    if (has_clock(timeline) && due <= LABELS + COLUMNS_ROOM + RIGHT) d.width = MAX(d.width, due);
    g_string_append_printf(out,
                           "<div class=\"scroll\"><svg role=\"img\" aria-label=\"timeline\" width=\"%d\" "
                           "height=\"%d\" viewBox=\"0 0 %d %d\">",
                           d.width, d.height, d.width, d.height);
    draw_columns(&d);
    draw_lanes(&d);
    for (guint i = 0; i < timeline->events->len; i++)
        draw_event(&d, &g_array_index(timeline->events, smbt_event, i));
    g_string_append(out, "</svg></div>\n");
    add_legend(out, timeline->events);
    unsigned more = left_out(timeline);
    if (more == 0) return;
    g_autofree char *count = smbt_phrase_count(more, "more connection", "more connections");
    smbt_markup_printf(out, "<p class=\"legend\">%s of this address to the server not drawn.</p>\n", count);
}
