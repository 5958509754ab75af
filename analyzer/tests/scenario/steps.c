/* Lines that begin with a time: what happens.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"

#include <string.h>

static void segment(scn_world *w, scn_conn *c, enum scn_side from, unsigned flags, const scn_manner *m)
{
    scn_segment(w, c, from, flags, NULL, m);
}

/* ---- Several frames at once ---- */

static bool do_connect(scn_world *w, scn_conn *c)
{
    scn_manner m = scn_manner_of(w, w->line);
    segment(w, c, SCN_CLIENT, SCN_SYN, &m);
    if (scn_line_has(w->line, "refused")) {
        segment(w, c, SCN_SERVER, SCN_RST | SCN_ACK, &m);
        return true;
    }
    segment(w, c, SCN_SERVER, SCN_SYN | SCN_ACK, &m);
    segment(w, c, SCN_CLIENT, SCN_ACK, &m);
    return true;
}

static bool send_nbss_request(scn_world *w, scn_conn *c)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    scn_manner m = scn_manner_of(w, w->line);
    const scn_host *h = c->end[SCN_CLIENT].host;
    sb_nbss_request(out, scn_line_get(w->line, "called", "*SMBSERVER"), 0x20,
                    scn_line_get(w->line, "calling", h->name), 0);
    scn_segment(w, c, SCN_CLIENT, SCN_PSH | SCN_ACK, out, &m);
    return true;
}

static bool send_nbss_answer(scn_world *w, scn_conn *c, bool refused)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    scn_manner m = scn_manner_of(w, w->line);
    if (refused)
        sb_nbss_negative(out, 0x82);
    else
        sb_nbss_positive(out);
    scn_segment(w, c, SCN_SERVER, SCN_PSH | SCN_ACK, out, &m);
    return true;
}

static bool do_netbios(scn_world *w, scn_conn *c)
{
    bool refused = scn_line_has(w->line, "refused");
    return send_nbss_request(w, c) && send_nbss_answer(w, c, refused);
}

static bool do_logon(scn_world *w, scn_conn *c)
{
    const char *error = scn_line_get(w->line, "error", NULL);
    bool kerberos = scn_line_has(w->line, "kerberos");
    unsigned words = (unsigned)scn_line_number(w->line, "words", c->extended_security ? 12 : 13);
    bool two_legs = (words == 12 || c->smb2) && !kerberos;
    const scn_kind *setup = scn_kind_parse("SESSION_SETUP");
    c->exchange = 0;
    if (two_legs && !(scn_request_send(w, c, setup) && scn_answer_send(w, c, setup, "more"))) return false;
    return scn_request_send(w, c, setup) && scn_answer_send(w, c, setup, error ? error : "ok");
}

static bool do_close(scn_world *w, scn_conn *c)
{
    scn_manner m = scn_manner_of(w, w->line);
    enum scn_side first =
        strcmp(scn_line_get(w->line, "by", "client"), "server") == 0 ? SCN_SERVER : SCN_CLIENT;
    segment(w, c, first, SCN_FIN | SCN_ACK, &m);
    segment(w, c, 1 - first, SCN_ACK, &m);
    segment(w, c, 1 - first, SCN_FIN | SCN_ACK, &m);
    segment(w, c, first, SCN_ACK, &m);
    return true;
}

/* ---- One frame ---- */

static bool send_bytes(scn_world *w, scn_conn *c, enum scn_side from, void (*build)(GByteArray *out))
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    scn_manner m = scn_manner_of(w, w->line);
    build(out);
    scn_segment(w, c, from, SCN_PSH | SCN_ACK, out, &m);
    return true;
}

/* `DATA len=100`: bytes that are no message, such as the rest of one whose beginning was not captured. */
static bool send_data(scn_world *w, scn_conn *c, enum scn_side from)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    sb_fill(out, 0x77, (gsize)scn_line_number(w->line, "len", 100));
    scn_manner m = scn_manner_of(w, w->line);
    scn_segment(w, c, from, SCN_PSH | SCN_ACK, out, &m);
    return true;
}

/* `BAD_MAGIC`: a message that is no SMB. `OVERSIZE len=0x20000`: one whose declared length nobody allows, of
 * which `bytes=` follow. */
static bool send_wrong(scn_world *w, scn_conn *c, enum scn_side from, bool oversize)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    gsize len = (gsize)scn_line_number(w->line, "len", oversize ? 0x20000 : 40);
    gsize follow = oversize ? (gsize)scn_line_number(w->line, "bytes", 1000) : len;
    sb_nbss(out, 0, len);
    if (oversize) sb_be32(out, 0xff534d42);
    sb_fill(out, oversize ? 0x2f : 0x47, oversize && follow > 4 ? follow - 4 : follow);
    scn_manner m = scn_manner_of(w, w->line);
    scn_segment(w, c, from, SCN_PSH | SCN_ACK, out, &m);
    return true;
}

/* SYN (of the server: SYN and ACK), ACK, FIN, RST, `RST bare`; -1: none of them. */
static int flags_of(scn_line *line, const char *what, enum scn_side from)
{
    if (strcmp(what, "SYN") == 0) return SCN_SYN | (from == SCN_SERVER ? SCN_ACK : 0);
    if (strcmp(what, "ACK") == 0) return SCN_ACK;
    if (strcmp(what, "FIN") == 0) return SCN_FIN | SCN_ACK;
    if (strcmp(what, "RST") == 0) return SCN_RST | (scn_line_has(line, "bare") ? 0 : SCN_ACK);
    return -1;
}

static bool do_one(scn_world *w, scn_conn *c, enum scn_side from, const char *what)
{
    int flags = flags_of(w->line, what, from);
    if (flags >= 0) {
        scn_manner m = scn_manner_of(w, w->line);
        segment(w, c, from, (unsigned)flags, &m);
        return true;
    }
    if (strcmp(what, "DATA") == 0) return send_data(w, c, from);
    if (strcmp(what, "BAD_MAGIC") == 0) return send_wrong(w, c, from, false);
    if (strcmp(what, "OVERSIZE") == 0) return send_wrong(w, c, from, true);
    if (strcmp(what, "NBSS_KEEPALIVE") == 0) return send_bytes(w, c, from, sb_nbss_keepalive);
    if (strcmp(what, "NBSS_REQUEST") == 0 && from == SCN_CLIENT) return send_nbss_request(w, c);
    if (strcmp(what, "NBSS_POSITIVE") == 0 && from == SCN_SERVER) return send_nbss_answer(w, c, false);
    if (strcmp(what, "NBSS_NEGATIVE") == 0 && from == SCN_SERVER) return send_nbss_answer(w, c, true);
    if (strcmp(what, "AGAIN") == 0 || strcmp(what, "KEEPALIVE") == 0) {
        scn_manner m = scn_manner_of(w, w->line);
        if (strcmp(what, "AGAIN") == 0)
            scn_segment_again(w, c, from, &m);
        else
            scn_segment_keepalive(w, c, from, &m);
        return true;
    }
    if (strcmp(what, "TWICE") == 0) {
        scn_frame_twice(w, c, from);
        return true;
    }
    const scn_kind *kind = scn_kind_parse(what);
    if (!kind) return scn_line_fail(w->line, "what is \"%s\"?", what);
    if (from == SCN_CLIENT) return scn_request_send(w, c, kind);
    return scn_answer_send(w, c, kind, scn_line_get(w->line, "status", NULL));
}

/* ---- Lines ---- */

static bool do_conn(scn_world *w, scn_conn *c)
{
    const char *what = scn_line_take(w->line);
    if (!what) return scn_line_fail(w->line, "what does %s do?", c->id);
    if (strcmp(what, ">") == 0 || strcmp(what, "<") == 0) {
        const char *message = scn_line_take(w->line);
        if (!message) return scn_line_fail(w->line, "a message is missing");
        return do_one(w, c, what[0] == '>' ? SCN_CLIENT : SCN_SERVER, message);
    }
    if (strcmp(what, "connect") == 0) return do_connect(w, c);
    if (strcmp(what, "netbios") == 0) return do_netbios(w, c);
    if (strcmp(what, "logon") == 0) return do_logon(w, c);
    if (strcmp(what, "close") == 0) return do_close(w, c);
    const scn_kind *kind = scn_kind_parse(what);
    if (!kind) return scn_line_fail(w->line, "what is \"%s\"?", what);
    return scn_exchange_send(w, c, kind);
}

static bool do_release(scn_world *w)
{
    for (guint i = 0; i < w->held->len; i++) {
        if (i > 0) w->now += w->gap;
        scn_frame_capture(w, w->held->pdata[i]);
    }
    if (w->held->len == 0) return scn_line_fail(w->line, "nothing was held");
    g_ptr_array_set_size(w->held, 0);
    return true;
}

/* The label of a repeated line names the frames of all its turns. */
static void label_frames(scn_world *w, bool again)
{
    if (!w->line->label) return;
    GPtrArray *frames = again ? g_hash_table_lookup(w->out->labels, w->line->label) : NULL;
    bool known = frames != NULL;
    if (!known) frames = g_ptr_array_new();
    for (guint i = 0; i < w->line_frame->len; i++)
        g_ptr_array_add(frames, w->line_frame->pdata[i]);
    if (!known && !g_hash_table_insert(w->out->labels, g_strdup(w->line->label), frames))
        scn_line_fail(w->line, "there is a [%s] already", w->line->label);
}

/* A last frame that has nothing to do with anybody (ARP), so that the capture's clock gets there. */
static bool do_end(scn_world *w)
{
    w->ended = true;
    scn_frame_arp(w);
    return true;
}

/* What happens once the time is known. */
static bool do_turn(scn_world *w, bool again)
{
    scn_line *line = w->line;
    const char *who = scn_line_take(line);
    if (!who) return scn_line_fail(line, "who does what?");
    g_ptr_array_set_size(w->line_frame, 0);
    gint64 gap = w->gap;
    w->gap = scn_line_duration(line, "gap", gap);
    scn_conn *c = scn_world_conn(w, who);
    if (c)
        do_conn(w, c);
    else if (strcmp(who, "release") == 0)
        do_release(w);
    else if (strcmp(who, "end") == 0)
        do_end(w);
    else if (strcmp(who, "frame") == 0)
        scn_frame_of_type(w, (unsigned)scn_line_number(line, "ethertype", 0x88e5),
                          (gsize)scn_line_number(line, "len", 60));
    else
        scn_line_fail(line, "there is no connection %s", who);
    w->gap = gap;
    label_frames(w, again);
    return line->error == NULL;
}

/* `every 20s x 30 a ECHO`: 30 turns, each 20 s after the one before it began. */
static bool do_every(scn_world *w)
{
    enum { PREFIX = 4, MOST_TURNS = 100000 };
    scn_line *line = w->line;
    const char *period = scn_line_take(line), *x = scn_line_take(line), *times = scn_line_take(line);
    gint64 step;
    char *end = NULL;
    guint64 turns = times ? g_ascii_strtoull(times, &end, 10) : 0;
    if (!times || strcmp(x, "x") != 0 || *end || turns < 1 || turns > MOST_TURNS)
        return scn_line_fail(line, "a repeated line is every TIME x NUMBER and what happens");
    if (!scn_duration_parse(period, &step)) return scn_line_fail(line, "%s is no time", period);
    for (guint64 i = 0; i < turns && !line->error; i++) {
        gint64 begun = w->now + step;
        for (guint k = PREFIX; k < line->words->len; k++)
            g_array_index(line->words, scn_word, k).used = false;
        w->now = begun;
        if (!do_turn(w, i > 0)) return false;
        if (i + 1 < turns) w->now = MIN(w->now, begun);
    }
    return line->error == NULL;
}

/* "+20s", "-5ms": since the last frame; "at 85s": since the beginning. */
static bool set_time(scn_world *w, const char *time)
{
    gint64 ns;
    bool absolute = strcmp(time, "at") == 0;
    if (absolute && !(time = scn_line_take(w->line))) return scn_line_fail(w->line, "at which time?");
    if (!scn_duration_parse(time, &ns)) return scn_line_fail(w->line, "%s is no time", time);
    if (absolute && ns < w->now) return scn_line_fail(w->line, "at %s is over", time);
    w->now = absolute ? ns : w->now + ns;
    return true;
}

bool scn_step(scn_world *w, scn_line *line)
{
    const char *time = scn_line_take(line);
    w->line = line;
    if (!time) return scn_line_fail(line, "a line begins with a time or says what is declared");
    if (w->ended) return scn_line_fail(line, "something follows the end");
    if (strcmp(time, "every") == 0) return do_every(w);
    return set_time(w, time) && do_turn(w, false);
}
