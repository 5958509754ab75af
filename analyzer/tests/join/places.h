/* One scenario as several captures saw it, each from its place, and what a join makes of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_JOIN_PLACES_H
#define SMBT_TESTS_JOIN_PLACES_H

#include "engine/play.h"

#include <string.h>

#define PLACES_MAX 4
#define NO_MAC     255
#define ONE_MAC    254

/* Where a capture was taken. The scenario itself is what passes at the server, by its clock. */
struct place {
    const char *name;
    int64_t away;   /* ns from the server: clients' frames are seen so much earlier, the server's later */
    int64_t clock;  /* ns by which the clock is ahead */
    int64_t ppm;    /* by which it runs fast */
    uint8_t host;   /* the client's address is 192.168.77.host; 0: as in the scenario */
    uint8_t mac;    /* the last byte of its Ethernet address there; 0: as host; NO_MAC: none is seen; ONE_MAC:
 everybody has it, servers too */
    bool cooked;    /* recorded on the client's own machine, with cooked headers */
    uint16_t port;  /* frames of this client port only; 0: all */
    uint16_t other; /* and of this one; 0: of no other */
    int hops;       /* to the server */
    uint32_t shift[2];      /* of sequence numbers: client's, server's */
    int64_t from, to;       /* ns since the start between which it was recording; to 0: to the end */
    const char *without[6]; /* names of frames that do not come by here */
    guint32 snap;           /* 0: whole frames */
    unsigned lacks;         /* every so many frames one was lost; 0: none */
    guint32 salt;           /* SMB messages are signed, by this connection's key; 0: they are not */
};

struct passing {
    uint64_t number; /* in the scenario */
    smbt_time time;
    guint8 *bytes;
    guint32 len, caplen, linktype;
};

static inline void passing_clear(gpointer p)
{
    g_free(((struct passing *)p)->bytes);
}

enum { ETHER_SRC = 6, IP = 14, IP_TTL = IP + 8, IP_SRC = IP + 12, IP_DST = IP + 16, TCP = IP + 20 };

static inline guint32 be32(const guint8 *p)
{
    return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
}

static inline void add_be32(guint8 *p, guint32 n)
{
    guint32 sum = be32(p) + n;
    for (int i = 0; i < 4; i++)
        p[i] = (guint8)(sum >> (24 - 8 * i));
}

static inline gboolean is_without(const scn_scenario *s, const struct place *place, uint64_t number)
{
    for (int i = 0; i < 6 && place->without[i]; i++)
        if (frame_of(s, place->without[i]) == number) return TRUE;
    return FALSE;
}

static inline void readdress(guint8 *bytes, const struct place *place, gboolean from_client)
{
    guint8 *addr = bytes + (from_client ? IP_SRC : IP_DST);
    if (place->host) memcpy(addr, (guint8[]){192, 168, 77, place->host}, 4);
    if (place->host && from_client) {
        memcpy(bytes + ETHER_SRC, (guint8[]){2, 0, 0, 0, 0, place->mac ? place->mac : place->host}, 6);
        if (place->mac == NO_MAC) memset(bytes + ETHER_SRC, 0, 6);
    }
    if (place->mac == ONE_MAC) memset(bytes + ETHER_SRC, 2, 6);
    bytes[IP_TTL] = (guint8)(bytes[IP_TTL] + (from_client ? place->hops : -place->hops));
    add_be32(bytes + TCP + 4, place->shift[from_client ? 0 : 1]);
    if (bytes[TCP + 13] & 0x10) add_be32(bytes + TCP + 8, place->shift[from_client ? 1 : 0]);
}

/* Linux cooked: what the machine sent itself is marked so. */
static inline void cook(struct passing *p, gboolean from_client)
{
    enum { COOKED = 16 };
    guint8 *cooked = g_malloc0(p->len - IP + COOKED);
    memcpy(cooked, (guint8[]){0, from_client ? 4 : 0, 0, 1, 0, 6}, 6);
    memcpy(cooked + 6, p->bytes + ETHER_SRC, 6);
    memcpy(cooked + 14, p->bytes + 12, p->len - 12);
    g_free(p->bytes);
    p->bytes = cooked;
    p->len += COOKED - IP;
}

/* A signature of its own for each message of SMB1. */
static inline void sign(struct passing *p, guint32 salt)
{
    enum { DATA_OFFSET = TCP + 12, FLAGS2 = 4 + 10, SIGNATURE = 4 + 14 };
    guint8 *data = p->bytes + TCP + (p->bytes[DATA_OFFSET] >> 4) * 4;
    if (!salt || data + 36 > p->bytes + p->len || memcmp(data + 4, "\xffSMB", 4) != 0) return;
    data[FLAGS2] |= 4;
    for (guint32 i = 0, x = salt; i < 8; i++, x = x * 1664525 + 1013904223 + (guint32)p->number)
        data[SIGNATURE + i] = (guint8)(x >> 24);
}

static inline int compare_passing(const void *a, const void *b)
{
    const struct passing *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* What the place recorded, in the order of its time. */
static inline GArray *record_at(const scn_scenario *s, const struct place *place)
{
    GArray *out = g_array_new(FALSE, TRUE, sizeof(struct passing));
    g_array_set_clear_func(out, passing_clear);
    smbt_time start = ((const scn_frame *)s->capture->pdata[0])->time;
    for (guint i = 0; i < s->capture->len; i++) {
        const scn_frame *f = s->capture->pdata[i];
        gboolean is_ip = f->bytes->data[12] == 8 && f->bytes->data[13] == 0;
        int64_t at = (int64_t)(f->time - start);
        if (at < place->from || (place->to && at > place->to) || is_without(s, place, f->number)) continue;
        if (place->lacks && f->number % place->lacks == 0) continue;
        struct passing p = {.number = f->number, .len = f->bytes->len, .linktype = place->cooked ? 113 : 1};
        gboolean from_client = FALSE;
        p.bytes = g_memdup2(f->bytes->data, f->bytes->len);
        if (is_ip) {
            const guint8 *tcp = p.bytes + TCP;
            unsigned sport = (unsigned)tcp[0] << 8 | tcp[1], dport = (unsigned)tcp[2] << 8 | tcp[3];
            from_client = dport == 445 || dport == 139;
            unsigned port = from_client ? sport : dport;
            if (place->port && port != place->port && port != place->other) {
                g_free(p.bytes);
                continue;
            }
            readdress(p.bytes, place, from_client);
            sign(&p, place->salt);
            at += from_client ? -place->away : place->away;
        }
        if (place->cooked) cook(&p, from_client);
        p.caplen = place->snap ? MIN(place->snap, f->caplen) : place->cooked ? p.len : f->caplen;
        p.time = (smbt_time)((int64_t)start + at + place->clock + at / 1000000 * place->ppm);
        g_array_append_val(out, p);
    }
    if (out->len) qsort(out->data, out->len, sizeof(struct passing), compare_passing);
    return out;
}

/* A run: the captures, and the join of them. */
struct run {
    scn_scenario *s;
    GArray *recorded[PLACES_MAX];
    unsigned count;
    smbt_join *join;
};

static inline void feed(struct run *run, unsigned i)
{
    smbt_config *config = smbt_config_new();
    smbt_config_set_keep_sightings(config, UINT_MAX);
    smbt_engine *engine = smbt_engine_new(config);
    for (guint k = 0; k < run->recorded[i]->len; k++) {
        const struct passing *p = &g_array_index(run->recorded[i], struct passing, k);
        smbt_frame frame = {.number = k + 1,
                            .time = p->time,
                            .linktype = p->linktype,
                            .caplen = p->caplen,
                            .len = p->len,
                            .data = p->bytes};
        smbt_engine_push(engine, &frame);
    }
    smbt_engine_finish(engine, true);
    for (const smbt_record *r; (r = smbt_engine_next(engine));)
        smbt_join_take(run->join, i, r);
    smbt_capture_info info;
    smbt_engine_get_capture_info(engine, &info);
    smbt_join_capture(run->join, i, &info);
    smbt_engine_free(engine);
    smbt_config_free(config);
}

/* Places of several scenarios: `of[i]` is that of places[i]. */
static inline struct run run_places(const scn_scenario *const *of, const struct place *places, unsigned count,
                                    const smbt_join_limits *limits)
{
    const char *names[PLACES_MAX];
    for (unsigned i = 0; i < count; i++)
        names[i] = places[i].name;
    struct run run = {.count = count, .join = smbt_join_new(limits, names, count)};
    for (unsigned i = 0; i < count; i++) {
        run.recorded[i] = record_at(of[i], &places[i]);
        feed(&run, i);
    }
    smbt_join_finish(run.join);
    return run;
}

static inline void run_clear(struct run *run)
{
    smbt_join_free(run->join);
    for (unsigned i = 0; i < run->count; i++)
        g_array_unref(run->recorded[i]);
}

static inline unsigned place_of(const struct run *run, const char *name, const struct place *places)
{
    unsigned i = 0;
    while (strcmp(places[i].name, name) != 0 && i + 1 < run->count)
        i++;
    return i;
}

static inline uint64_t number_of(const struct run *run, unsigned place, uint64_t frame)
{
    return frame ? g_array_index(run->recorded[place], struct passing, frame - 1).number : 0;
}

/* All ends as they are told, one per line, frames as the scenario counts them:
 * "S 31 zero-vc nat-collision confirmed; A seen 31; B set it off 30\n" */
static inline char *tell(struct run *run, const struct place *places)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < run->count; i++)
        for (const smbt_record *r; (r = smbt_join_next(run->join, i));) {
            if (r->type != SMBT_RECORD_END) continue;
            const smbt_end *e = r->end;
            g_string_append_printf(out, "%s %" G_GUINT64_FORMAT " %s", places[i].name,
                                   number_of(run, i, e->frame), e->cause);
            if (e->variant) g_string_append_printf(out, " %s", e->variant);
            if (e->strength) g_string_append_printf(out, " %s", smbt_strength_name(e->strength));
            for (guint k = 0; e->views && k < e->views->len; k++) {
                const smbt_end_view *v = &g_array_index(e->views, smbt_end_view, k);
                g_string_append_printf(out, "; %s %s", v->file, smbt_saw_name(v->saw));
                unsigned place = place_of(run, v->file, places);
                if (v->frame)
                    g_string_append_printf(out, " %" G_GUINT64_FORMAT, number_of(run, place, v->frame));
            }
            for (guint k = 0; e->culprit_elsewhere && k < e->culprit_elsewhere->len; k++) {
                const smbt_other_frame *p = &g_array_index(e->culprit_elsewhere, smbt_other_frame, k);
                g_string_append_printf(out, "; %s set it off %" G_GUINT64_FORMAT, p->file,
                                       number_of(run, place_of(run, p->file, places), p->frame));
            }
            g_string_append_c(out, '\n');
        }
    return g_string_free(out, FALSE);
}

/* The clock of place b against that of place a. */
static inline const smbt_companion *companion(const struct run *run, unsigned a, const char *b)
{
    const GArray *all = smbt_join_companions(run->join, a);
    for (guint i = 0; i < all->len; i++) {
        const smbt_companion *c = &g_array_index(all, smbt_companion, i);
        if (strcmp(c->file, b) == 0) return c;
    }
    return NULL;
}

static inline void expect(const char *story, const struct place *places, unsigned count, const char *expected)
{
    scn_scenario *s = parse(story);
    const scn_scenario *of[PLACES_MAX] = {s, s, s, s};
    struct run run = run_places(of, places, count, NULL);
    g_autofree char *told = tell(&run, places);
    g_assert_cmpstr(told, ==, expected);
    run_clear(&run);
    scn_free(s);
}

#endif
