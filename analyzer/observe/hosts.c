/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/hosts.h"

#include "observe/host_name.h"
#include "observe/lines.h"

#include <stdlib.h>
#include <string.h>

/* ---- Comparing two connections
 * --------------------------------------------------------------------------------- */

/* What the beginnings of two connections' timestamps and IP IDs say of their hosts. Some stacks draw both
 * anew for each connection: there they say nothing. Where the stack is not known, the two of them are no more
 * than one sign, since they may have one reason. */
enum beginnings { OF_HOST, OF_HOST_PERHAPS, OF_CONNECTION };

struct weighing {
    unsigned decisive_same, decisive_different, differences; /* differences: medium or high ones */
    bool by_name;
    GString *why;
};

static void say(struct weighing *w, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void say(struct weighing *w, const char *format, ...)
{
    if (w->why->len) g_string_append(w->why, "; ");
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(w->why, format, args);
    va_end(args);
}

/* A name that was cut off still says how long it is. Longer ones than NetBIOS has may be written in two
 * ways. */
static void weigh_lengths(struct weighing *w, const smbt_host_view *one, const smbt_host_view *other)
{
    unsigned a = one->workstation_chars, b = other->workstation_chars;
    if ((one->workstation && other->workstation) || !a || !b || a == b || MAX(a, b) > SMBT_NETBIOS_NAME_MAX)
        return;
    w->by_name = true;
    w->decisive_different++;
    say(w, "workstation names of %u and %u characters", a, b);
}

static void weigh_names(struct weighing *w, const char *what, const char *a, const char *b)
{
    if (!a || !b) return;
    enum smbt_same_host same = smbt_host_names_compare(a, b);
    w->by_name |= same != SMBT_HOST_UNDETERMINED;
    if (same == SMBT_HOST_SAME) {
        w->decisive_same++;
        say(w, "%s %s on both", what, a);
    } else if (same == SMBT_HOST_DIFFERENT) {
        w->decisive_different++;
        say(w, "%s %s and %s", what, a, b);
    } else {
        say(w, "%s %s and %s, which may be one host or two", what, a, b);
    }
}

/* The options of a SYN in their order, as such stacks send them. */
static const uint32_t drawing_by_connection[] = {
    0x24813,    /* Linux: MSS, SACK permitted, timestamps, NOP, window scale */
    0x211413,   /* without timestamps: MSS, NOP, NOP, SACK permitted, NOP, window scale */
    0x211813,   /* without SACK: MSS, NOP, NOP, timestamps, NOP, window scale */
    0x248,      /* without window scale: MSS, SACK permitted, timestamps */
    0x21348,    /* FreeBSD, and Windows since Vista: MSS, NOP, window scale, SACK permitted, timestamps */
    0x21311840, /* macOS: MSS, NOP, window scale, NOP, NOP, timestamps, SACK permitted, end */
    0x1141311a, /* OpenBSD: MSS, NOP, NOP, SACK permitted, NOP, window scale, NOP, NOP, timestamps */
};

static bool draws_by_connection(const smbt_syn_print *p)
{
    for (gsize i = 0; i < G_N_ELEMENTS(drawing_by_connection); i++)
        if (p->option_layout == drawing_by_connection[i]) return true;
    return false;
}

static enum beginnings beginnings_of(const smbt_host_view *a, const smbt_host_view *b)
{
    const smbt_syn_print *p = &a->track->syn, *q = &b->track->syn;
    bool p_known = p->seen && !p->cut, q_known = q->seen && !q->cut;
    bool p_draws = p_known && draws_by_connection(p), q_draws = q_known && draws_by_connection(q);
    if ((p_draws && (q_draws || !q_known)) || (q_draws && !p_known)) return OF_CONNECTION;
    return p_known && q_known ? OF_HOST : OF_HOST_PERHAPS;
}

/* The clock is one of several hosts. */
static bool has_mixed_line(const smbt_host_view *v)
{
    return v->track->line && v->track->line->mixed;
}

/* Whether one of them is off the line that the other's host keeps to. */
static bool weigh_lines(struct weighing *w, const smbt_host_view *a, const smbt_host_view *b)
{
    const smbt_line *p = a->track->line, *q = b->track->line,
                    *kept = smbt_line_parts(p, b->track, &b->server)   ? p
                            : smbt_line_parts(q, a->track, &a->server) ? q
                                                                       : NULL;
    if (!kept) return false;
    w->decisive_different++;
    say(w, "two TCP timestamp clocks, one of which %u connections keep to", kept->connections);
    return true;
}

/* True when there is a difference that counts. */
static bool weigh_stamps(struct weighing *w, const smbt_host_view *a, const smbt_host_view *b)
{
    const smbt_sender *x = &a->track->sender[0], *y = &b->track->sender[0];
    enum smbt_same_host same = smbt_stamps_compare(x, y);
    if (same == SMBT_HOST_SAME && !has_mixed_line(a) && !has_mixed_line(b)) {
        w->decisive_same++;
        say(w, "one TCP timestamp clock");
    }
    if (same != SMBT_HOST_DIFFERENT) return false;
    if (weigh_lines(w, a, b)) return true;
    if (!smbt_stamps_tick_apart(x, y) && beginnings_of(a, b) == OF_CONNECTION) return false;
    w->differences++;
    say(w, "two TCP timestamp clocks");
    return !smbt_stamps_tick_apart(x, y);
}

/* One counter for all packets (Windows up to 2003) goes on steadily; so many per second at the most. */
#define IP_IDS_PER_SECOND 2000.0
#define IP_ID_SLACK       64.0
/* One sender goes on so closely behind the other that it is no chance. */
#define IP_ID_HANDOVER 8

static bool counts_up(const smbt_sender *s)
{
    if (s->ids.near < s->ids.steps / 2) return false; /* at random */
    return s->has_ip_id && s->segments >= 3 && s->first_ip_id != s->last_ip_id &&
           (uint16_t)(s->last_ip_id - s->first_ip_id) < 0x8000;
}

/* Whether a sender used fewer numbers than its counter went on: others of its host draw from the same
 * counter. */
static bool shares_counter(const smbt_sender *s)
{
    return (uint16_t)(s->last_ip_id - s->first_ip_id) >= s->segments;
}

/* One counter for both senders, or two: does each connection's first and last number follow closely on what
 * the other had reached before? */
static enum smbt_same_host compare_counters(const smbt_sender *a, const smbt_sender *b)
{
    if (!counts_up(a) || !counts_up(b)) return SMBT_HOST_UNDETERMINED;
    const smbt_time at[2][2] = {{a->first, a->last}, {b->first, b->last}};
    const uint16_t id[2][2] = {{a->first_ip_id, a->last_ip_id}, {b->first_ip_id, b->last_ip_id}};
    unsigned follow = 0;
    uint16_t nearest = UINT16_MAX;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            bool a_first = at[0][i] <= at[1][j];
            uint16_t ahead = (uint16_t)(a_first ? id[1][j] - id[0][i] : id[0][i] - id[1][j]);
            double apart = (double)smbt_time_distance(at[0][i], at[1][j]) / (double)SMBT_SEC;
            if (ahead <= IP_ID_SLACK + IP_IDS_PER_SECOND * apart) follow++;
            nearest = MIN(nearest, ahead);
        }
    if (follow == 0) return SMBT_HOST_DIFFERENT;
    bool one = shares_counter(a) || shares_counter(b) || nearest <= IP_ID_HANDOVER;
    return follow == 4 && one ? SMBT_HOST_SAME : SMBT_HOST_UNDETERMINED;
}

static void weigh_counters(struct weighing *w, const smbt_host_view *a, const smbt_host_view *b,
                           bool stamps_differ)
{
    enum beginnings of = beginnings_of(a, b);
    if (of == OF_CONNECTION) return;
    switch (compare_counters(&a->track->sender[0], &b->track->sender[0])) {
    case SMBT_HOST_SAME:
        w->decisive_same++;
        say(w, "one IP ID counter");
        break;
    case SMBT_HOST_DIFFERENT:
        if (of == OF_HOST || !stamps_differ) w->differences++;
        say(w, "two IP ID series");
        break;
    default: break;
    }
}

static void weigh_stack(struct weighing *w, const smbt_host_view *a, const smbt_host_view *b)
{
    const smbt_sender *x = &a->track->sender[0], *y = &b->track->sender[0];
    const smbt_syn_print *p = &a->track->syn, *q = &b->track->syn;
    if (x->segments && y->segments && !x->ttl_varies && !y->ttl_varies && x->ttl != y->ttl) {
        w->differences++;
        say(w, "TTL %u and %u", x->ttl, y->ttl);
    }
    bool comparable = p->seen && q->seen && !p->cut && !q->cut;
    if (comparable && (p->window != q->window || p->mss != q->mss || p->window_scale != q->window_scale ||
                       p->option_layout != q->option_layout || p->dont_fragment != q->dont_fragment)) {
        w->differences++;
        say(w, "different SYN options");
    }
    if (!comparable && x->segments && y->segments && x->has_stamps != y->has_stamps) {
        w->differences++;
        say(w, "TCP timestamps on one only");
    }
    if (x->has_mac && y->has_mac && memcmp(x->mac, y->mac, 6) != 0) {
        w->differences++;
        say(w, "different Ethernet source addresses");
    }
}

/* Windows has one redirector, which says the same of itself on each connection to a server. */
static bool one_redirector(const smbt_host_view *a, const smbt_host_view *b)
{
    return a->native_os && b->native_os && g_str_has_prefix(a->native_os, "Windows") &&
           strcmp(a->native_os, b->native_os) == 0 && g_strcmp0(a->native_lan_man, b->native_lan_man) == 0;
}

/* A sign only beside another one: several users may share a host. */
static void weigh_users(struct weighing *w, const smbt_host_view *a, const smbt_host_view *b)
{
    if (!a->user || !b->user || g_ascii_strcasecmp(a->user, b->user) == 0) return;
    w->differences++;
    say(w, "users %s and %s", a->user, b->user);
}

/* What the SMB client software says of itself. All of it together is one difference: one host may run two
 * clients. */
static void weigh_claims(struct weighing *w, const smbt_host_view *a, const smbt_host_view *b)
{
    bool os = a->native_os && b->native_os && strcmp(a->native_os, b->native_os) != 0;
    bool values =
        a->has_values && b->has_values && (a->max_mpx != b->max_mpx || a->max_buffer != b->max_buffer);
    bool capabilities = a->has_capabilities && b->has_capabilities && a->capabilities != b->capabilities;
    if (os || values || capabilities) w->differences++;
    if (os)
        say(w, "NativeOS \"%s\" and \"%s\"", a->native_os, b->native_os);
    else if (values || capabilities)
        say(w, "different %s", capabilities ? "client capabilities" : "MaxMpxCount or MaxBufferSize");
    if (!os && (values || capabilities) && one_redirector(a, b)) weigh_users(w, a, b);
    if (a->client_guid && b->client_guid) {
        if (memcmp(a->client_guid, b->client_guid, 16) == 0) {
            w->decisive_same++;
            say(w, "one SMB2 ClientGuid");
        } else {
            w->differences++;
            say(w, "different SMB2 ClientGuids");
        }
    }
}

smbt_host_comparison smbt_hosts_compare(const smbt_host_view *a, const smbt_host_view *b)
{
    struct weighing w = {.why = g_string_new(NULL)};
    weigh_names(&w, "workstation", a->workstation, b->workstation);
    weigh_lengths(&w, a, b);
    weigh_names(&w, "NetBIOS name", a->calling_name, b->calling_name);
    /* Names settle it: a clock starts anew with a reboot, and equal names on one address are one host. */
    if (!w.by_name) {
        bool stamps_differ = weigh_stamps(&w, a, b);
        weigh_claims(&w, a, b);
        weigh_stack(&w, a, b);
        weigh_counters(&w, a, b, stamps_differ);
    }
    smbt_host_comparison c = {.by_name = w.by_name};
    if (w.decisive_different && !w.decisive_same)
        c.result = SMBT_HOST_DIFFERENT;
    else if (w.decisive_same && !w.decisive_different && w.differences <= 1)
        c.result = SMBT_HOST_SAME;
    else if (!w.decisive_same && !w.decisive_different && w.differences >= 2)
        c.result = SMBT_HOST_DIFFERENT;
    if (w.why->len == 0) g_string_append(w.why, "no name and no telling difference in the packets");
    c.why = g_string_free(w.why, FALSE);
    return c;
}

/* ---- The hosts of one address
 * ---------------------------------------------------------------------------------- */

static void host_clear(gpointer p)
{
    g_free(((smbt_host *)p)->name);
}

smbt_hosts *smbt_hosts_new(void)
{
    smbt_hosts *h = g_new0(smbt_hosts, 1);
    h->hosts = g_array_new(FALSE, TRUE, sizeof(smbt_host));
    g_array_set_clear_func(h->hosts, host_clear);
    return h;
}

void smbt_hosts_free(smbt_hosts *hosts)
{
    if (!hosts) return;
    g_array_unref(hosts->hosts);
    g_free(hosts);
}

static bool shares_clock(const smbt_host *h, const smbt_host_view *v)
{
    const smbt_sender *s = &v->track->sender[0];
    if (!h->has_stamp || !s->has_stamps || has_mixed_line(v)) return false;
    smbt_sender known = {.has_stamps = true, .first_stamp = h->stamp, .last_stamp = h->stamp};
    return smbt_stamps_compare(&known, s) == SMBT_HOST_SAME;
}

/* The host that a connection belongs to, and by what. */
static smbt_host *find_host(smbt_hosts *hosts, const smbt_host_view *v, const char *name,
                            unsigned *ret_evidence)
{
    smbt_host *nameless = NULL;
    for (guint i = 0; i < hosts->hosts->len; i++) {
        smbt_host *h = &g_array_index(hosts->hosts, smbt_host, i);
        *ret_evidence = 0;
        if (name && h->name) {
            if (smbt_host_names_compare(name, h->name) != SMBT_HOST_DIFFERENT) return h;
            continue;
        }
        if (h->has_guid && v->client_guid && memcmp(h->guid, v->client_guid, 16) == 0) {
            *ret_evidence = SMBT_HOST_BY_CLIENT_GUID;
            return h;
        }
        if (shares_clock(h, v)) {
            *ret_evidence = SMBT_HOST_BY_TIMESTAMP;
            return h;
        }
        if (!name && !h->name && !h->has_stamp && !h->has_guid) nameless = h;
    }
    *ret_evidence = 0;
    bool tells = name || v->client_guid || v->track->sender[0].has_stamps;
    return tells ? NULL : nameless;
}

/* Whether another host of a name of its own had the address while this connection was open. */
static bool is_shared(const smbt_hosts *hosts, const smbt_host *me)
{
    for (guint i = 0; me->name && i < hosts->hosts->len; i++) {
        const smbt_host *h = &g_array_index(hosts->hosts, smbt_host, i);
        if (h != me && h->name && h->first <= me->last && me->first <= h->last) return true;
    }
    return false;
}

void smbt_hosts_add(smbt_hosts *hosts, const smbt_host_view *view)
{
    const char *name = view->workstation ? view->workstation : view->calling_name;
    unsigned evidence;
    smbt_host *h = find_host(hosts, view, name, &evidence);
    if (!h) {
        if (hosts->hosts->len >= SMBT_HOSTS_MAX) {
            hosts->more = true;
            return;
        }
        g_array_set_size(hosts->hosts, hosts->hosts->len + 1);
        h = &g_array_index(hosts->hosts, smbt_host, hosts->hosts->len - 1);
    }
    if (name && !h->name) h->name = g_strdup(name);
    h->connections++;
    h->first = view->track->first;
    h->last = view->track->last;
    hosts->together = hosts->together || is_shared(hosts, h);
    h->evidence |= evidence;
    if (view->workstation) h->evidence |= SMBT_HOST_BY_WORKSTATION;
    if (view->calling_name) h->evidence |= SMBT_HOST_BY_CALLING_NAME;
    if (view->track->sender[0].has_stamps) {
        h->has_stamp = true;
        h->stamp = view->track->sender[0].last_stamp;
    }
    if (view->client_guid) {
        h->has_guid = true;
        memcpy(h->guid, view->client_guid, 16);
    }
}
