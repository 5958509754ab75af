/* Declarations: hosts, connections, how the capture was taken, how the engine is configured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/world.h"

#include <arpa/inet.h>
#include <string.h>

/* 2024-03-04 09:00:00 UTC */
#define START (UINT64_C(1709542800) * 1000000000)

static void host_free(gpointer p)
{
    scn_host *h = p;
    char *strings[] = {h->id, h->syn, h->name, h->user, h->domain, h->os, h->lan_man};
    for (gsize i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    g_free(h);
}

static void conn_free(gpointer p)
{
    scn_conn *c = p;
    for (int i = 0; i < 2; i++)
        if (c->end[i].last_payload) g_byte_array_unref(c->end[i].last_payload);
    g_array_unref(c->pending);
    g_free(c->id);
    g_free(c);
}

scn_world *scn_world_new(scn_scenario *out)
{
    scn_world *w = g_new0(scn_world, 1);
    *w = (scn_world){.out = out,
                     .start = START,
                     .gap = 100 * 1000,
                     .snap = G_MAXUINT32,
                     .vlan = -1,
                     .only = -1,
                     .copies = -1,
                     .nats = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                     .hosts = g_ptr_array_new_with_free_func(host_free),
                     .conns = g_ptr_array_new_with_free_func(conn_free),
                     .held = g_ptr_array_new(),
                     .line_frame = g_ptr_array_new()};
    return w;
}

void scn_world_free(scn_world *w)
{
    g_hash_table_unref(w->nats);
    g_ptr_array_unref(w->conns);
    g_ptr_array_unref(w->hosts);
    g_ptr_array_unref(w->held);
    g_ptr_array_unref(w->line_frame);
    g_free(w);
}

static scn_host *find_host(const scn_world *w, const char *id)
{
    for (guint i = 0; i < w->hosts->len; i++) {
        scn_host *h = w->hosts->pdata[i];
        if (strcmp(h->id, id) == 0) return h;
    }
    return NULL;
}

scn_conn *scn_world_conn(const scn_world *w, const char *id)
{
    for (guint i = 0; i < w->conns->len; i++) {
        scn_conn *c = w->conns->pdata[i];
        if (strcmp(c->id, id) == 0) return c;
    }
    return NULL;
}

static bool parse_address(const char *text, smbt_addr *ret_addr)
{
    *ret_addr = (smbt_addr){0};
    if (text && inet_pton(AF_INET, text, ret_addr->bytes) == 1) {
        ret_addr->family = 4;
        return true;
    }
    if (text && inet_pton(AF_INET6, text, ret_addr->bytes) == 1) {
        ret_addr->family = 6;
        return true;
    }
    return false;
}

/* ---- Hosts ---- */

static void set_series(scn_line *line, scn_host *h)
{
    const char *id = scn_line_get(line, "id", NULL);
    if (!id) return;
    if (strcmp(id, "zero") == 0)
        h->series = SCN_ID_ZERO;
    else if (strcmp(id, "connection") == 0)
        h->series = SCN_ID_CONNECTION;
    else if (strcmp(id, "host") != 0)
        h->ip_id = (guint16)scn_line_number(line, "id", 0);
}

/* ts=RATE@OFFSET: ticks per second, value at the start of the scenario. */
static void set_clock(scn_line *line, scn_host *h)
{
    const char *ts = scn_line_get(line, "ts", NULL);
    if (!ts) return;
    char *end;
    h->has_clock = true;
    h->clock_rate = g_ascii_strtod(ts, &end);
    if (*end == '@')
        h->clock_offset = (guint32)g_ascii_strtoull(end + 1, NULL, 0);
    else
        scn_line_fail(line, "ts=%s is not RATE@OFFSET", ts);
}

static void set_bytes(scn_line *line, const char *key, guint8 *bytes, gsize n)
{
    const char *text = scn_line_get(line, key, NULL);
    if (!text) return;
    for (gsize i = 0; i < n; i++) {
        while (*text == ':' || *text == '-')
            text++;
        int high = g_ascii_xdigit_value(text[0]), low = high < 0 ? -1 : g_ascii_xdigit_value(text[1]);
        if (low < 0) {
            scn_line_fail(line, "%s wants %u bytes in hexadecimal", key, (unsigned)n);
            return;
        }
        bytes[i] = (guint8)(high << 4 | low);
        text += 2;
    }
}

static char *dup_word(scn_line *line, const char *key, const char *otherwise)
{
    return g_strdup(scn_line_get(line, key, otherwise));
}

static void replace_word(scn_line *line, const char *key, char **value)
{
    const char *text = scn_line_get(line, key, NULL);
    if (!text) return;
    g_free(*value);
    *value = g_strdup(text);
}

/* signing=no, enabled, required: as bits of SecurityMode. */
unsigned scn_signing_parse(scn_line *line, unsigned otherwise)
{
    const char *text = scn_line_get(line, "signing", NULL);
    if (!text) return otherwise;
    if (strcmp(text, "required") == 0) return SCN_SIGNING_ENABLED | SCN_SIGNING_REQUIRED;
    if (strcmp(text, "enabled") == 0) return SCN_SIGNING_ENABLED;
    if (strcmp(text, "no") != 0) scn_line_fail(line, "signing=%s is not required, enabled or no", text);
    return 0;
}

static void set_host(scn_world *w, scn_line *line, scn_host *h)
{
    unsigned nth = w->hosts->len + 1;
    bool server = h->is_server;
    /* Clients come through a router: one hop, and its MAC address. */
    const guint8 mac[6] = {2, 0, 0, 0, 0, server ? (guint8)(0x10 + nth) : 1};
    memcpy(h->mac, mac, sizeof mac);
    h->ip_id = (guint16)(nth * 7919);
    memset(h->guid, (int)nth, sizeof h->guid);
    set_bytes(line, "mac", h->mac, sizeof h->mac);
    set_bytes(line, "guid", h->guid, sizeof h->guid);
    set_series(line, h);
    set_clock(line, h);
    h->ttl = (guint8)scn_line_number(line, "ttl", server ? 128 : 127);
    h->window = (guint16)scn_line_number(line, "window", 64240);
    h->syn = dup_word(line, "syn", h->has_clock ? "mss1460,sackok,ts,nop,ws7" : "mss1460,nop,nop,sackok");
    h->name = dup_word(line, "name", server ? "FS" : "");
    h->user = dup_word(line, "user", server ? "" : "alice");
    h->domain = dup_word(line, "domain", "CORP");
    h->os = g_strdup(server ? "" : "Windows 2002 Service Pack 2 2600");
    h->lan_man = g_strdup(server ? "" : "Windows 2002 5.1");
    h->capabilities = server ? 0xf3fd : 0xd4;
    h->extended_security = true;
    scn_preset_apply(line, h);
    replace_word(line, "os", &h->os);
    replace_word(line, "lanman", &h->lan_man);
    h->max_buffer = (guint16)scn_line_number(line, "max_buffer", server ? 16644 : 4356);
    h->max_mpx = (guint16)scn_line_number(line, "max_mpx", 50);
    h->capabilities = (guint32)scn_line_number(line, "capabilities", h->capabilities);
    h->unix_extensions |= scn_line_has(line, "unix");
    h->extended_security = scn_line_bool(line, "extsec", h->extended_security);
    if (!server) return;
    h->zone = (gint16)scn_line_number(line, "zone", 0);
    h->clock = scn_line_duration(line, "clock", 0);
    h->signing = (guint8)scn_signing_parse(line, 0);
}

/* server S 10.0.0.10 ..., host A on NAT ..., host C 10.0.0.5 ... */
static void declare_host(scn_world *w, scn_line *line, bool server)
{
    scn_host *h = g_new0(scn_host, 1);
    h->is_server = server;
    const char *id = scn_line_take(line);
    const char *nat = scn_line_has(line, "on") ? scn_line_take(line) : NULL;
    const smbt_addr *shared = nat ? g_hash_table_lookup(w->nats, nat) : NULL;
    h->id = g_strdup(id ? id : "");
    if (nat && !shared)
        scn_line_fail(line, "there is no client %s", nat);
    else if (shared)
        h->addr = *shared;
    else if (!parse_address(scn_line_take(line), &h->addr))
        scn_line_fail(line, "an address is missing");
    if (find_host(w, h->id)) scn_line_fail(line, "there is a %s already", h->id);
    set_host(w, line, h);
    g_ptr_array_add(w->hosts, h);
}

static void declare_nat(scn_world *w, scn_line *line)
{
    smbt_addr addr;
    const char *id = scn_line_take(line);
    if (!parse_address(scn_line_take(line), &addr)) {
        scn_line_fail(line, "an address is missing");
        return;
    }
    g_hash_table_insert(w->nats, g_strdup(id), g_memdup2(&addr, sizeof addr));
}

/* ---- Connections ---- */

static bool parse_end(scn_world *w, scn_line *line, scn_end *end)
{
    const char *text = scn_line_take(line);
    const char *colon = text ? strchr(text, ':') : NULL;
    if (!colon) return scn_line_fail(line, "an end of a connection is HOST:PORT");
    g_autofree char *id = g_strndup(text, (gsize)(colon - text));
    end->host = find_host(w, id);
    if (!end->host) return scn_line_fail(line, "there is no host %s", id);
    end->port = (guint16)g_ascii_strtoull(colon + 1, NULL, 10);
    return true;
}

/* a = A:1025 > S:445 */
static void declare_conn(scn_world *w, scn_line *line)
{
    scn_conn *c = g_new0(scn_conn, 1);
    guint32 nth = w->conns->len + 1;
    c->pending = g_array_new(FALSE, FALSE, sizeof(scn_request));
    c->id = g_strdup(scn_line_take(line));
    scn_line_take(line);
    bool ok = parse_end(w, line, &c->end[SCN_CLIENT]);
    ok = ok && scn_line_has(line, ">") && parse_end(w, line, &c->end[SCN_SERVER]);
    g_ptr_array_add(w->conns, c);
    if (!ok) {
        scn_line_fail(line, "a connection is NAME = HOST:PORT > SERVER:PORT");
        return;
    }
    c->netbios = scn_line_bool(line, "netbios", c->end[SCN_SERVER].port == 139);
    c->smb2 = scn_line_has(line, "smb2");
    c->is_signed = scn_line_has(line, "signed");
    c->dialect = (guint16)scn_line_number(line, "dialect", 0x0210);
    /* It takes both. */
    c->extended_security = scn_line_bool(line, "extsec",
                                         c->end[SCN_CLIENT].host->extended_security &&
                                             c->end[SCN_SERVER].host->extended_security);
    c->mid = 1;
    c->end[SCN_CLIENT].next = (guint32)scn_line_number(line, "seq", nth * 0x01234567);
    c->end[SCN_SERVER].next = c->end[SCN_CLIENT].next ^ 0x5a5a0000;
    for (int side = 0; side < 2; side++) {
        c->end[side].received = c->end[1 - side].next;
        c->end[side].ip_id = (guint16)(nth * 4001 + (guint32)side * 1999);
    }
    scn_connection_name name = {.id = g_strdup(c->id)};
    name.client = (smbt_endpoint){c->end[SCN_CLIENT].host->addr, c->end[SCN_CLIENT].port};
    name.server = (smbt_endpoint){c->end[SCN_SERVER].host->addr, c->end[SCN_SERVER].port};
    g_array_append_val(w->out->connections, name);
}

/* ---- The capture, the engine ---- */

/* capture only client, capture only server, capture only payload, capture twice */
static void declare_capture(scn_world *w, scn_line *line)
{
    if (scn_line_has(line, "twice"))
        w->copies = (int)scn_line_number(line, "routers", 0);
    else if (!scn_line_has(line, "only"))
        scn_line_fail(line, "capture only client, only server, only payload, or twice");
    else if (scn_line_has(line, "client"))
        w->only = SCN_CLIENT;
    else if (scn_line_has(line, "server"))
        w->only = SCN_SERVER;
    else if (scn_line_has(line, "payload"))
        w->payload_only = true;
}

static void declare_limit(scn_world *w, scn_line *line)
{
    for (guint i = 0; i < line->words->len; i++) {
        scn_word *word = &g_array_index(line->words, scn_word, i);
        if (!word->key) continue;
        scn_limit limit = {.name = g_strdup(word->key),
                           .value = (unsigned)g_ascii_strtoull(word->value, NULL, 10)};
        word->used = true;
        g_array_append_val(w->out->limits, limit);
    }
}

/* The words KEY=VALUE of `profile` and `set`, as the command line takes them. */
static void keep_assignments(scn_line *line, GPtrArray *into)
{
    for (guint i = 0; i < line->words->len; i++) {
        scn_word *word = &g_array_index(line->words, scn_word, i);
        if (!word->key) continue;
        word->used = true;
        g_ptr_array_add(into, g_strconcat(word->key, "=", word->value, NULL));
    }
}

static guint32 number_word(scn_line *line)
{
    const char *text = scn_line_take(line);
    return text ? (guint32)g_ascii_strtoull(text, NULL, 0) : 0;
}

bool scn_world_declare(scn_world *w, scn_line *line)
{
    const char *first = scn_line_peek(line);
    if (!first || strchr("+-", first[0])) return false;
    if (line->words->len > 1) {
        const scn_word *second = &g_array_index(line->words, scn_word, 1);
        if (!second->key && strcmp(second->value, "=") == 0) {
            declare_conn(w, line);
            return true;
        }
    }
    if (strcmp(first, "at") == 0 || strcmp(first, "every") == 0) return false;
    const char *what = scn_line_take(line);
    if (strcmp(what, "server") == 0)
        declare_host(w, line, true);
    else if (strcmp(what, "host") == 0)
        declare_host(w, line, false);
    else if (strcmp(what, "client") == 0)
        declare_nat(w, line);
    else if (strcmp(what, "capture") == 0)
        declare_capture(w, line);
    else if (strcmp(what, "limit") == 0)
        declare_limit(w, line);
    else if (strcmp(what, "profile") == 0)
        keep_assignments(line, w->out->profiles);
    else if (strcmp(what, "set") == 0)
        keep_assignments(line, w->out->settings);
    else if (strcmp(what, "port") == 0)
        g_ptr_array_add(w->out->ports, g_strdup(scn_line_take(line)));
    else if (strcmp(what, "snap") == 0)
        w->snap = number_word(line);
    else if (strcmp(what, "vlan") == 0)
        w->vlan = (int)number_word(line);
    else
        scn_line_fail(line, "what is \"%s\"?", what);
    return true;
}
