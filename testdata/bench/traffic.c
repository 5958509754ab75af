/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "traffic.h"

#include "messages.h"

#define EPOCH     G_GUINT64_CONSTANT(1700000000000000)
#define SECOND    1000000u
#define MSS       1460u
#define READ      61440u
#define NAT_NET   0xc0000200u /* 192.0.2.0 */
#define LAN_NET   0x0a140000u /* 10.20.0.0 */
#define FS_NET    0x0a09000au /* 10.9.0.10 */
#define NAT_HOSTS 50          /* behind one address */
#define OVERHEAD  54          /* bytes of headers in a frame */

struct host {
    guint32 addr;
    guint16 ip_id, port;
};

enum phase {
    PHASE_SYN,
    PHASE_SYN_ACK,
    PHASE_ACK,
    PHASE_SEND,
    PHASE_DELAYED_ACK,
    PHASE_FIN,
    PHASE_FIN_BACK,
    PHASE_LAST_ACK,
};

struct connection {
    enum phase phase;
    struct side client, server;
    struct host *host; /* the client's, when it is outside NAT */
    GPtrArray *live;   /* those of its NAT address and server; NULL outside NAT */
    struct message message;
    GByteArray *bytes; /* of the message that is being sent */
    gsize sent;
    unsigned segments, reads_left;
    gint64 budget; /* bytes left to send, headers included */
    guint32 rtt;   /* microseconds */
    gboolean aborts, dead;
    unsigned events; /* under way */
};

/* ---- Chance */

static guint64 any(struct traffic *t)
{
    guint64 x = t->random += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static guint32 below(struct traffic *t, guint64 n)
{
    return (guint32)(any(t) % n);
}

static gboolean chance(struct traffic *t, int percent)
{
    return below(t, 100) < (guint32)percent;
}

/* ---- Connections */

/* A host outside NAT has one connection at a time: with VcNumber 0 a second one would cut off the first. */
static struct host *take_idle_host(struct traffic *t)
{
    if (t->idle->len == 0) {
        struct host *host = g_new0(struct host, 1);
        host->addr = LAN_NET + 1 + t->hosts->len;
        host->port = (guint16)(1024 + below(t, 3000));
        g_ptr_array_add(t->hosts, host);
        g_ptr_array_add(t->idle, host);
    }
    return g_ptr_array_remove_index(t->idle, t->idle->len - 1);
}

static struct side side(struct traffic *t, struct host *host, guint16 port, guint8 ttl)
{
    return (struct side){
        .addr = host->addr, .port = port, .ttl = ttl, .ip_id = &host->ip_id, .next = (guint32)any(t)};
}

static struct connection *connection_new(struct traffic *t)
{
    const struct traffic_options *o = t->options;
    struct connection *c = g_new0(struct connection, 1);
    guint32 server = below(t, (guint32)o->servers);
    gboolean nat = chance(t, o->nat_percent);
    guint32 address = below(t, (guint32)o->nat_addresses);
    struct host *client = nat ? &t->nat[address] : (c->host = take_idle_host(t));
    client->port = (guint16)(client->port < 1025 || client->port > 65000 ? 1025 : client->port + 1);
    c->client = side(t, client, client->port, nat ? 118 : 128);
    c->server = side(t, &t->servers[server], 445, 128);
    if (nat) c->live = t->live[address * (guint32)o->servers + server];
    c->rtt = nat ? 20000 + below(t, 60000) : 200 + below(t, 1800);
    c->budget = (gint64)o->kib * 512 + below(t, (guint64)o->kib * 1024);
    c->aborts = chance(t, o->abort_percent);
    c->bytes = g_byte_array_new();
    c->message = (struct message){.exchange = EXCHANGE_NEGOTIATE,
                                  .host = nat ? 60000 + address * NAT_HOSTS + below(t, NAT_HOSTS)
                                              : client->addr - LAN_NET,
                                  .server = server,
                                  .uid = 2048 + below(t, 30000),
                                  .tid = 2048 + below(t, 30000),
                                  .fid = 0x4000,
                                  .read_size = READ};
    return c;
}

static void leave(struct connection *c)
{
    if (c->live) g_ptr_array_remove(c->live, c);
}

static void connection_free(struct traffic *t, struct connection *c)
{
    if (c->host) g_ptr_array_add(t->idle, c->host);
    g_byte_array_unref(c->bytes);
    g_free(c);
}

static void send(struct traffic *t, guint64 time, struct connection *c, gboolean up, int flags)
{
    capture_segment(&t->capture, time, up ? &c->client : &c->server, up ? &c->server : &c->client, flags,
                    NULL, 0);
}

static void due(struct traffic *t, guint64 time, struct connection *c, guint64 cause)
{
    events_add(&t->events, time, c, cause);
    c->events++;
}

/* ---- What a client asks next */

static enum exchange next_work(struct traffic *t, struct connection *c)
{
    if (c->budget <= 0) {
        if (!t->options->small && c->message.exchange == EXCHANGE_READ) return EXCHANGE_CLOSE;
        return EXCHANGE_TREE_DISCONNECT;
    }
    if (t->options->small) return below(t, 100) < 3 ? EXCHANGE_ECHO : EXCHANGE_QUERY;
    if (c->message.exchange == EXCHANGE_READ || c->message.exchange == EXCHANGE_OPEN) {
        if (c->message.exchange == EXCHANGE_READ) c->message.offset += READ;
        return c->reads_left-- > 0 ? EXCHANGE_READ : EXCHANGE_CLOSE;
    }
    c->message.fid = 0x4000 + (c->message.fid + 1) % 0x1000;
    c->message.offset = 0;
    c->reads_left = 8 + below(t, 56);
    return EXCHANGE_OPEN;
}

/* False when the client has no more to ask. */
static gboolean ask(struct traffic *t, struct connection *c)
{
    struct message *m = &c->message;
    if (m->exchange == EXCHANGE_LOGOFF) return FALSE;
    if (m->answer) { /* else: the first one */
        m->mid = m->mid % 0xfffe + 1;
        if (m->exchange < EXCHANGE_TREE)
            m->exchange++;
        else if (m->exchange == EXCHANGE_TREE_DISCONNECT)
            m->exchange = EXCHANGE_LOGOFF;
        else
            m->exchange = next_work(t, c);
    }
    m->answer = FALSE;
    message_build(c->bytes, m);
    c->sent = 0;
    return TRUE;
}

static void answer(struct connection *c)
{
    c->message.answer = TRUE;
    message_build(c->bytes, &c->message);
    c->sent = 0;
}

/* ---- The server's rule */

/* The session setup in the last frame has VcNumber 0: the others of that address go, before the answer does.
 * They send nothing any more. */
static void cut_off_others(struct traffic *t, guint64 time, struct connection *c)
{
    if (!c->live) return;
    for (guint i = 0; i < c->live->len; i++) {
        struct connection *victim = c->live->pdata[i];
        if (victim == c) continue;
        victim->dead = TRUE;
        due(t, time + 20 + 4 * i, victim, t->capture.frames);
    }
    g_ptr_array_set_size(c->live, 0);
    g_ptr_array_add(c->live, c);
}

static void note(struct traffic *t, const char *kind, guint64 cause, const struct connection *c)
{
    guint32 a = c->client.addr;
    fprintf(t->truth, "%s\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%u.%u.%u.%u:%u\n", kind,
            t->capture.frames, cause, a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255, c->client.port);
}

/* ---- Segments */

/* The next segment of the message; the time until something else happens. */
static guint32 send_some(struct traffic *t, guint64 time, struct connection *c)
{
    gboolean up = !c->message.answer;
    gsize len = MIN(c->bytes->len - c->sent, MSS);
    gboolean last = c->sent + len == c->bytes->len;
    capture_segment(&t->capture, time, up ? &c->client : &c->server, up ? &c->server : &c->client,
                    last ? ACK | PSH : ACK, c->bytes->data + c->sent, len);
    c->sent += len;
    c->budget -= (gint64)len + OVERHEAD;
    c->segments++;
    if (!last) {
        if (c->segments % 2 == 0) c->phase = PHASE_DELAYED_ACK;
        return 10;
    }
    if (up) {
        if (c->message.exchange == EXCHANGE_LOGON_1 || c->message.exchange == EXCHANGE_LOGON_2)
            cut_off_others(t, time, c);
        answer(c);
        return 600 + below(t, 400);
    }
    guint32 think = 200 + below(t, 800);
    if (t->options->small && c->message.exchange >= EXCHANGE_TREE) think += below(t, SECOND);
    if (!ask(t, c)) c->phase = PHASE_FIN;
    return c->rtt + think;
}

/* Some clients end their connection with an RST, where others would begin to take their leave. */
static gboolean abort_connection(struct traffic *t, guint64 time, struct connection *c)
{
    gboolean leaving = c->phase == PHASE_SEND && !c->message.answer && c->sent == 0 &&
                       c->message.exchange == EXCHANGE_TREE_DISCONNECT;
    if (!c->aborts || !leaving) return FALSE;
    send(t, time, c, TRUE, RST | ACK);
    note(t, "client-abort", 0, c);
    return TRUE;
}

/* The connection's next segment. The time until the one after it; 0: that was the last. */
static guint32 step(struct traffic *t, guint64 time, struct connection *c)
{
    switch (c->phase) {
    case PHASE_SYN:
        send(t, time, c, TRUE, SYN);
        c->phase = PHASE_SYN_ACK;
        return 40;
    case PHASE_SYN_ACK:
        send(t, time, c, FALSE, SYN | ACK);
        c->phase = PHASE_ACK;
        return c->rtt;
    case PHASE_ACK:
        send(t, time, c, TRUE, ACK);
        if (c->live) g_ptr_array_add(c->live, c);
        ask(t, c);
        c->phase = PHASE_SEND;
        return 100 + below(t, 300);
    case PHASE_SEND: return send_some(t, time, c);
    case PHASE_DELAYED_ACK:
        send(t, time, c, c->message.answer, ACK);
        c->phase = PHASE_SEND;
        return 2;
    case PHASE_FIN:
        send(t, time, c, TRUE, FIN | ACK);
        c->phase = PHASE_FIN_BACK;
        return 60;
    case PHASE_FIN_BACK:
        send(t, time, c, FALSE, FIN | ACK);
        c->phase = PHASE_LAST_ACK;
        return c->rtt;
    case PHASE_LAST_ACK: send(t, time, c, TRUE, ACK); return 0;
    }
    return 0;
}

static void handle(struct traffic *t, const struct event *event)
{
    struct connection *c = event->connection;
    c->events--;
    if (event->cause) {
        send(t, event->time, c, FALSE, RST | ACK);
        note(t, "zero-vc", event->cause, c);
    } else if (!c->dead && !abort_connection(t, event->time, c)) {
        guint32 wait = step(t, event->time, c);
        if (wait) due(t, event->time + wait, c, 0);
    }
    if (c->phase == PHASE_FIN || !c->events) leave(c);
    if (!c->events) connection_free(t, c);
}

/* ---- All of it */

static void traffic_init(struct traffic *t, const struct traffic_options *options)
{
    guint32 pairs = (guint32)(options->servers * options->nat_addresses);
    *t = (struct traffic){.options = options, .random = (guint64)options->seed};
    t->servers = g_new0(struct host, options->servers);
    t->nat = g_new0(struct host, options->nat_addresses);
    t->live = g_new0(GPtrArray *, pairs);
    t->hosts = g_ptr_array_new_with_free_func(g_free);
    t->idle = g_ptr_array_new();
    for (int i = 0; i < options->servers; i++)
        t->servers[i].addr = FS_NET + (guint32)i;
    for (int i = 0; i < options->nat_addresses; i++)
        t->nat[i].addr = NAT_NET + 1 + (guint32)i;
    for (guint32 i = 0; i < pairs; i++)
        t->live[i] = g_ptr_array_new();
    events_init(&t->events);
}

static void traffic_clear(struct traffic *t)
{
    for (int i = 0; i < t->options->servers * t->options->nat_addresses; i++)
        g_ptr_array_free(t->live[i], TRUE);
    events_clear(&t->events);
    g_ptr_array_free(t->idle, TRUE);
    g_ptr_array_free(t->hosts, TRUE);
    g_free(t->live);
    g_free(t->nat);
    g_free(t->servers);
}

guint64 traffic_generate(const struct traffic_options *options, FILE *file, FILE *truth)
{
    struct traffic t;
    traffic_init(&t, options);
    t.truth = truth;
    capture_begin(&t.capture, file);
    guint64 apart = MAX((guint64)options->seconds * SECOND / (guint64)options->connections, 1);
    unsigned started = 0;
    events_add(&t.events, EPOCH, NULL, 0); /* no connection: time to start one */
    for (struct event event; events_next(&t.events, &event);) {
        if (event.connection) {
            handle(&t, &event);
            continue;
        }
        due(&t, event.time, connection_new(&t), 0);
        if (++started < (unsigned)options->connections)
            events_add(&t.events, event.time + 1 + below(&t, 2 * apart), NULL, 0);
    }
    traffic_clear(&t);
    return t.capture.frames;
}
