/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "paint.h"

#include "feed.h"
#include "fields.h"
#include "prefs.h"
#include "tap.h"

#include <string.h>

#define NS UINT64_C(1000000000)

static int protocol, tap;

void smbt_paint_register(int proto)
{
    protocol = proto;
    tap = register_tap(SMBT_TAP_NAME);
}

/* What the functions below need of one packet. */
struct painter {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree; /* of the finding */
};

static void add_text(const struct painter *p, proto_tree *tree, enum smbt_field field, const char *value)
{
    if (!value) return;
    proto_item_set_generated(proto_tree_add_string(tree, smbt_field_hf(field), p->tvb, 0, 0, value));
}

static void add_frame(const struct painter *p, proto_tree *tree, enum smbt_field field, uint64_t frame)
{
    if (frame == 0 || frame > G_MAXUINT32) return;
    proto_item_set_generated(proto_tree_add_uint(tree, smbt_field_hf(field), p->tvb, 0, 0, (uint32_t)frame));
}

/* A line below a part that names it already: the value alone. */
static void add_line(const struct painter *p, proto_tree *tree, enum smbt_field field, const char *value)
{
    proto_item_set_generated(
        proto_tree_add_string_format(tree, smbt_field_hf(field), p->tvb, 0, 0, value, "%s", value));
}

static const char *endpoint_text(const struct painter *p, const smbt_endpoint *end)
{
    char buf[SMBT_ADDR_STRLEN];
    smbt_addr_format(&end->addr, buf);
    return wmem_strdup_printf(p->pinfo->pool, end->addr.family == 6 ? "[%s]:%u" : "%s:%u", buf, end->port);
}

static proto_tree *add_part(const struct painter *p, enum smbt_tree kind, const char *label)
{
    proto_item *item;
    proto_tree *tree = proto_tree_add_subtree(p->tree, p->tvb, 0, 0, smbt_tree_ett(kind), &item, label);
    proto_item_set_generated(item);
    return tree;
}

/* ---- What ends and observations share
 * ------------------------------------------------------------------------- */

/* One line that leads to the frame; what it says is a field of its own, for filters. */
static void add_one_evidence(const struct painter *p, proto_tree *tree, const smbt_evidence *e)
{
    if (e->frame == 0 || e->frame > G_MAXUINT32) {
        add_line(p, tree, SMBT_FIELD_EVIDENCE, e->what);
        return;
    }
    const char *line = wmem_strdup_printf(p->pinfo->pool, "frame %" PRIu64 ": %s", e->frame, e->what);
    proto_item_set_hidden(
        proto_tree_add_string(tree, smbt_field_hf(SMBT_FIELD_EVIDENCE), p->tvb, 0, 0, line));
    proto_item_set_generated(proto_tree_add_uint_format(tree, smbt_field_hf(SMBT_FIELD_EVIDENCE_FRAME),
                                                        p->tvb, 0, 0, (uint32_t)e->frame, "%s", line));
}

static void add_evidence(const struct painter *p, const GArray *evidence)
{
    if (!evidence) return;
    proto_tree *tree = add_part(p, SMBT_TREE_EVIDENCE, "Evidence");
    for (guint i = 0; i < evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        add_one_evidence(p, tree, e);
    }
}

/* What this frame, and no other, says. */
static void add_own_evidence(const struct painter *p, const GArray *evidence)
{
    for (guint i = 0; evidence && i < evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        if (e->frame == p->pinfo->num) add_text(p, p->tree, SMBT_FIELD_EVIDENCE, e->what);
    }
}

static void add_list(const struct painter *p, enum smbt_tree kind, const char *label, enum smbt_field field,
                     const GPtrArray *items)
{
    if (!items) return;
    proto_tree *tree = add_part(p, kind, label);
    for (guint i = 0; i < items->len; i++)
        add_line(p, tree, field, items->pdata[i]);
}

/* ---- State
 * ----------------------------------------------------------------------------------------------------- */

static size_t indent_of(const char *line)
{
    return strspn(line, " ");
}

/* Lines of text as a tree: a line that stands further right belongs to the one before it. */
static void add_state_lines(const struct painter *p, proto_tree *tree, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    proto_tree *part = tree;
    size_t base = G_MAXSIZE;
    for (char **line = lines; *line; line++)
        if (**line) base = MIN(base, indent_of(*line));
    for (char **line = lines; *line; line++) {
        if (!**line) continue;
        bool is_head = indent_of(*line) == base;
        proto_tree *parent = is_head ? tree : part;
        const char *words = g_strchug(*line);
        proto_item *item = proto_tree_add_string_format(parent, smbt_field_hf(SMBT_FIELD_STATE), p->tvb, 0, 0,
                                                        words, "%s", words);
        proto_item_set_generated(item);
        if (is_head) part = proto_item_add_subtree(item, smbt_tree_ett(SMBT_TREE_STATE_PART));
    }
}

static void add_state_of_end(const struct painter *p, const smbt_end *end)
{
    if (!end->state || smbt_prefs_state() == SMBT_PREFS_STATE_OFF) return;
    /* Its text is long, and seldom looked at. */
    if (!proto_field_is_referenced(p->tree, smbt_field_hf(SMBT_FIELD_STATE))) return;
    GString *text = g_string_new(NULL);
    smbt_text_state(text, &(smbt_text_style){.verbose = true, .width = 200}, end->state);
    add_state_lines(p, add_part(p, SMBT_TREE_STATE, "State when it ended"), text->str);
    g_string_free(text, TRUE);
}

/* ---- Ends
 * ------------------------------------------------------------------------------------------------------ */

/* "zero-vc, NAT collision (likely)" */
static const char *verdict_text(const struct painter *p, const smbt_end *end)
{
    g_autofree char *verdict = smbt_end_verdict(end);
    return wmem_strdup(p->pinfo->pool, verdict);
}

static const char *headline(const struct painter *p, const smbt_mark *mark)
{
    const smbt_end *end = &mark->finding->end;
    const char *verdict = verdict_text(p, end), *client = endpoint_text(p, &end->connection.client);
    switch (mark->role) {
    case SMBT_ROLE_VICTIM:
        return wmem_strdup_printf(p->pinfo->pool, "smbtrace: %s, %s", smbt_end_manner(end), verdict);
    case SMBT_ROLE_CULPRIT:
        return wmem_strdup_printf(p->pinfo->pool, "smbtrace: set off the end of %s in frame %" PRIu64 ", %s",
                                  client, end->frame, verdict);
    default:
        return wmem_strdup_printf(p->pinfo->pool,
                                  "smbtrace: evidence for the end of %s in frame %" PRIu64 ", %s", client,
                                  end->frame, verdict);
    }
}

static void add_duration(const struct painter *p, enum smbt_field field, smbt_duration duration)
{
    if (duration == SMBT_DURATION_UNKNOWN) return;
    nstime_t t = {.secs = (time_t)(duration / NS), .nsecs = (int)(duration % NS)};
    proto_item_set_generated(proto_tree_add_time(p->tree, smbt_field_hf(field), p->tvb, 0, 0, &t));
}

static void add_verdict(const struct painter *p, const smbt_mark *mark)
{
    const smbt_end *end = &mark->finding->end;
    if (mark->finding->provisional)
        add_text(p, p->tree, SMBT_FIELD_PROVISIONAL,
                 "by what was known at this frame; what follows may overthrow it");
    add_text(p, p->tree, SMBT_FIELD_SUMMARY, end->summary);
    add_text(p, p->tree, SMBT_FIELD_CAUSE, end->cause);
    add_text(p, p->tree, SMBT_FIELD_VARIANT, end->variant);
    add_text(p, p->tree, SMBT_FIELD_STRENGTH, smbt_strength_name(end->strength));
    add_text(p, p->tree, SMBT_FIELD_SEVERITY, smbt_severity_name(end->severity));
    add_text(p, p->tree, SMBT_FIELD_ROLE, smbt_role_name(mark->role));
    if (mark->role != SMBT_ROLE_VICTIM) add_frame(p, p->tree, SMBT_FIELD_VICTIM, end->frame);
    if (mark->role != SMBT_ROLE_CULPRIT) add_frame(p, p->tree, SMBT_FIELD_CULPRIT, end->culprit.frame);
    if (end->culprit.frame && mark->role != SMBT_ROLE_EVIDENCE)
        add_duration(p, SMBT_FIELD_DELAY, end->culprit.delay);
    add_text(p, p->tree, SMBT_FIELD_CLIENT, endpoint_text(p, &end->connection.client));
    add_text(p, p->tree, SMBT_FIELD_SERVER, endpoint_text(p, &end->connection.server));
    add_text(p, p->tree, SMBT_FIELD_HOST, end->connection.workstation);
}

static void add_in_flight(const struct painter *p, const smbt_end *end)
{
    if (!end->in_flight) return;
    proto_tree *tree = add_part(p, SMBT_TREE_IN_FLIGHT, "In flight");
    for (guint i = 0; i < end->in_flight->len; i++) {
        const smbt_in_flight *r = &g_array_index(end->in_flight, smbt_in_flight, i);
        add_line(p, tree, SMBT_FIELD_IN_FLIGHT,
                 wmem_strdup_printf(p->pinfo->pool, "frame %" PRIu64 ": %s", r->frame,
                                    r->command ? r->command : "request"));
    }
}

static void add_reconnect(const struct painter *p, const smbt_end *end)
{
    const smbt_reconnect *r = &end->reconnect;
    add_frame(p, p->tree, SMBT_FIELD_RECONNECT, r->frame);
    if (r->frame)
        add_duration(p, SMBT_FIELD_RECONNECT_AFTER, r->after);
    else
        add_text(p, p->tree, SMBT_FIELD_NO_RECONNECT, r->none);
    const smbt_store *store = smbt_feed_final();
    const smbt_pattern *pattern = store ? smbt_store_pattern_of(store, end) : NULL;
    if (pattern) add_text(p, p->tree, SMBT_FIELD_PATTERN, pattern->summary);
}

static void add_ruled_out(const struct painter *p, const smbt_end *end)
{
    if (!end->ruled_out) return;
    proto_tree *tree = add_part(p, SMBT_TREE_RULED_OUT, "Ruled out");
    for (guint i = 0; i < end->ruled_out->len; i++) {
        const smbt_ruled_out *r = &g_array_index(end->ruled_out, smbt_ruled_out, i);
        add_line(p, tree, SMBT_FIELD_RULED_OUT,
                 wmem_strdup_printf(p->pinfo->pool, "%s (%s)", r->cause, r->why));
    }
}

static void add_story(const struct painter *p, const smbt_end *end)
{
    add_text(p, p->tree, SMBT_FIELD_END, smbt_end_kind_name(end->kind));
    add_evidence(p, end->evidence);
    add_in_flight(p, end);
    add_reconnect(p, end);
    add_ruled_out(p, end);
    add_list(p, SMBT_TREE_MISSING, "Missing", SMBT_FIELD_MISSING, end->missing);
    add_list(p, SMBT_TREE_REMEDY, "Fix", SMBT_FIELD_REMEDY, end->remedies);
    add_list(p, SMBT_TREE_REFERENCE, "See", SMBT_FIELD_REFERENCE, end->references);
    add_state_of_end(p, end);
}

static void add_end_expert(const struct painter *p, proto_item *item, const smbt_mark *mark)
{
    const smbt_end *end = &mark->finding->end;
    expert_field *expert = smbt_fields_expert(end->cause, end->severity);
    const char *verdict = verdict_text(p, end);
    if (mark->role == SMBT_ROLE_VICTIM && expert)
        expert_add_info_format(p->pinfo, item, expert, "%s: %s", verdict, end->summary);
    else if (mark->role == SMBT_ROLE_CULPRIT && end->severity >= SMBT_SEVERITY_WARNING)
        expert_add_info_format(p->pinfo, item, smbt_fields_note(SMBT_NOTE_CULPRIT),
                               "set off the end of %s in frame %" PRIu64 ": %s",
                               endpoint_text(p, &end->connection.client), end->frame, verdict);
}

static void depend_on_evidence(packet_info *pinfo, const GArray *evidence)
{
    for (guint i = 0; evidence && i < evidence->len; i++) {
        uint64_t frame = g_array_index(evidence, smbt_evidence, i).frame;
        if (frame && frame != pinfo->num) smbt_ws_depend_on(pinfo, (uint32_t)frame);
    }
}

static void paint_end(struct painter *p, proto_item *item, const smbt_mark *mark)
{
    const smbt_end *end = &mark->finding->end;
    if (mark->role == SMBT_ROLE_VICTIM) {
        if (end->culprit.frame) smbt_ws_depend_on(p->pinfo, (uint32_t)end->culprit.frame);
        depend_on_evidence(p->pinfo, end->evidence);
    }
    add_verdict(p, mark);
    if (mark->role == SMBT_ROLE_VICTIM)
        add_story(p, end);
    else
        add_own_evidence(p, end->evidence);
    if (mark->role == SMBT_ROLE_CULPRIT)
        add_list(p, SMBT_TREE_REMEDY, "Fix", SMBT_FIELD_REMEDY, end->remedies);
    add_end_expert(p, item, mark);
}

/* ---- Observations
 * ---------------------------------------------------------------------------------------------- */

static void paint_observation(struct painter *p, proto_item *item, const smbt_mark *mark)
{
    const smbt_observation *o = &mark->finding->observation;
    add_text(p, p->tree, SMBT_FIELD_SUMMARY, o->summary);
    add_text(p, p->tree, SMBT_FIELD_OBSERVATION, o->kind);
    add_text(p, p->tree, SMBT_FIELD_SEVERITY, smbt_severity_name(o->severity));
    if (o->has_connection) {
        add_text(p, p->tree, SMBT_FIELD_CLIENT, endpoint_text(p, &o->client));
        add_text(p, p->tree, SMBT_FIELD_SERVER, endpoint_text(p, &o->server));
    }
    if (mark->role == SMBT_ROLE_EVIDENCE) {
        add_text(p, p->tree, SMBT_FIELD_ROLE, smbt_role_name(mark->role));
        add_own_evidence(p, o->evidence);
        return;
    }
    depend_on_evidence(p->pinfo, o->evidence);
    add_evidence(p, o->evidence);
    expert_field *expert = smbt_fields_expert(o->kind, o->severity);
    if (expert) expert_add_info_format(p->pinfo, item, expert, "%s: %s", o->kind, o->summary);
}

/* ---- One frame
 * ------------------------------------------------------------------------------------------------- */

static void queue_for_tap(const struct painter *p, const smbt_mark *mark)
{
    if (!have_tap_listener(tap)) return;
    smbt_tap_item *item = wmem_new0(p->pinfo->pool, smbt_tap_item);
    item->role = smbt_role_name(mark->role);
    item->frame = p->pinfo->num;
    if (mark->finding->type == SMBT_RECORD_END) {
        const smbt_end *end = &mark->finding->end;
        item->cause = end->cause;
        item->variant = end->variant;
        item->strength = smbt_strength_name(end->strength);
        item->severity = end->severity;
        item->client = endpoint_text(p, &end->connection.client);
        item->server = endpoint_text(p, &end->connection.server);
        item->time = end->time;
    } else {
        const smbt_observation *o = &mark->finding->observation;
        item->observation = o->kind;
        item->severity = o->severity;
        item->client = o->has_connection ? endpoint_text(p, &o->client) : NULL;
        item->server = o->has_connection ? endpoint_text(p, &o->server) : NULL;
        item->time = o->time;
    }
    tap_queue_packet(tap, p->pinfo, item);
}

static bool is_shown(const smbt_mark *mark)
{
    const smbt_finding *f = mark->finding;
    enum smbt_severity severity = f->type == SMBT_RECORD_END ? f->end.severity : f->observation.severity;
    return !f->dropped && severity >= smbt_prefs_min_severity();
}

static void paint_mark(struct painter *p, proto_tree *tree, const smbt_mark *mark)
{
    bool is_end = mark->finding->type == SMBT_RECORD_END;
    const char *label = is_end ? headline(p, mark)
                               : wmem_strdup_printf(p->pinfo->pool, "smbtrace: %s%s",
                                                    mark->role == SMBT_ROLE_EVIDENCE ? "evidence for " : "",
                                                    mark->finding->observation.kind);
    proto_item *item = proto_tree_add_protocol_format(tree, protocol, p->tvb, 0, 0, "%s", label);
    proto_item_set_generated(item);
    p->tree = proto_item_add_subtree(item, smbt_tree_ett(SMBT_TREE_FINDING));
    if (is_end)
        paint_end(p, item, mark);
    else
        paint_observation(p, item, mark);
    queue_for_tap(p, mark);
}

static void paint_note(struct painter *p, proto_tree *tree, const smbt_feed_note *note)
{
    proto_item *item = proto_tree_add_protocol_format(tree, protocol, p->tvb, 0, 0, "smbtrace: note");
    proto_item_set_generated(item);
    expert_field *expert = smbt_fields_note(note->kind);
    if (note->text)
        expert_add_info_format(p->pinfo, item, expert, "%s", note->text);
    else
        expert_add_info(p->pinfo, item, expert);
}

static void paint_state(struct painter *p, proto_tree *tree, const char *state)
{
    proto_item *item =
        proto_tree_add_protocol_format(tree, protocol, p->tvb, 0, 0, "smbtrace: state after this frame");
    proto_item_set_generated(item);
    p->tree = proto_item_add_subtree(item, smbt_tree_ett(SMBT_TREE_STATE));
    add_state_lines(p, p->tree, state);
}

void smbt_paint_frame(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    struct painter p = {.tvb = tvb, .pinfo = pinfo};
    for (const smbt_mark *m = smbt_feed_marks(pinfo->num); m; m = m->next)
        if (is_shown(m)) paint_mark(&p, tree, m);
    const smbt_feed_note *note;
    for (unsigned i = 0; (note = smbt_feed_note_at(pinfo->num, i)); i++)
        paint_note(&p, tree, note);
    const char *state = tree ? smbt_feed_state(pinfo->num) : NULL;
    if (state) paint_state(&p, tree, state);
}
