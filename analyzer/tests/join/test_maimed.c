/* Joins of up to four captures of which one is not quite like the others: in each set of them, in each order,
 * the verdicts are the same, and never are they less right than those of fewer captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/places.h"

#define US INT64_C(1000)
#define MS (1000 * US)
#define S  (1000 * MS)

/* A and B behind a NAT; B's logon ends the connection of A, who reads large pieces of a file. B closes. */
#define CREW                                                                                                 \
    "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\"\n"                \
    "client NAT 192.0.2.1\n"                                                                                 \
    "host A on NAT\n"                                                                                        \
    "host B on NAT\n"                                                                                        \
    "a = A:1025 > S:445 seq=77001\n"                                                                         \
    "b = B:1026 > S:445 seq=99002\n"
#define WORK(c)                                                                                              \
    LOGON(c)                                                                                                 \
    "+1ms " c " OPEN path=\\file.txt\n+1ms " c " READ len=20000\n+20ms " c " READ len=20000\n+1ms " c        \
    " READ\n"
#define COLLISION                                                                                            \
    CREW WORK("a") "+2s a READ\n+5ms b connect\n+1ms b negotiate\n+1ms b > SESSION_SETUP vc=0\n"             \
                   "+0.3ms a < RST [kill]\n+0.2ms b < SESSION_SETUP\n+1ms b SESSION_SETUP vc=0\n"            \
                   "+1ms b tree\n+1ms b OPEN path=\\other.txt\n+1ms b READ len=20000\n+50ms b READ\n"        \
                   "+1s b > FIN [close]\n+1ms b < FIN\n+1ms b > ACK\n+2s end\n"

static const struct place usual[] = {
    {.name = "S"},
    {.name = "N", .away = 200 * US, .host = 10, .hops = 1},
    {.name = "A", .away = 300 * US, .host = 10, .port = 1025, .hops = 1},
    {.name = "B", .away = 250 * US, .host = 10, .port = 1026, .hops = 1},
};
enum { PLACES = G_N_ELEMENTS(usual) };

/* Before the NAT each client has its own address, in every capture the same. */
static void give_addresses(GArray *frames)
{
    for (guint i = 0; i < frames->len; i++) {
        guint8 *f = g_array_index(frames, struct passing, i).bytes, *tcp = f + TCP;
        if (f[12] != 8 || f[13] != 0) continue;
        gboolean from_client = tcp[3] == 0xbd && tcp[2] == 1;
        guint8 port = from_client ? tcp[1] : tcp[3];
        f[(from_client ? IP_SRC : IP_DST) + 3] = (guint8)(10 + port);
        if (from_client) f[ETHER_SRC + 5] = (guint8)(10 + port);
    }
}

/* ---- What may have befallen a capture
 * ----------------------------------------------------------------------------- */

static gboolean is_tcp(const struct passing *p)
{
    return p->bytes[12] == 8 && p->bytes[13] == 0;
}

static guint8 *data_of(const struct passing *p)
{
    return p->bytes + TCP + (p->bytes[TCP + 12] >> 4) * 4;
}

static guint32 payload_len(const struct passing *p)
{
    return is_tcp(p) ? (guint32)(p->bytes + IP + (p->bytes[IP + 2] << 8 | p->bytes[IP + 3]) - data_of(p)) : 0;
}

static void set_len(struct passing *p, guint32 payload)
{
    guint32 ip = (guint32)(data_of(p) - p->bytes) - IP + payload;
    p->bytes[IP + 2] = (guint8)(ip >> 8);
    p->bytes[IP + 3] = (guint8)ip;
    p->len = p->caplen = IP + ip;
}

static void keep(GArray *out, const struct passing *p, guint8 *bytes)
{
    struct passing copy = *p;
    copy.bytes = bytes ? bytes : g_memdup2(p->bytes, p->len);
    g_array_append_val(out, copy);
}

/* Times jitter, the order of frames does not change. */
static void jitter(GArray *out, const struct passing *p)
{
    static guint32 noise = 1;
    noise = noise * 1664525 + 1013904223;
    keep(out, p, NULL);
    g_array_index(out, struct passing, out->len - 1).time += noise >> 16; /* up to 65 us */
}

static void twice(GArray *out, const struct passing *p)
{
    keep(out, p, NULL);
    keep(out, p, NULL);
    g_array_index(out, struct passing, out->len - 1).time += 20 * US;
}

/* A network card split them, or put them together, on one side only. */
static void segment(GArray *out, const struct passing *p)
{
    enum { MOST = 1448 };
    guint32 len = payload_len(p), headers = is_tcp(p) ? (guint32)(data_of(p) - p->bytes) : 0;
    if (len <= MOST) {
        keep(out, p, NULL);
        return;
    }
    for (guint32 at = 0; at < len; at += MOST) {
        guint32 n = MIN(MOST, len - at);
        guint8 *bytes = g_malloc(headers + n);
        memcpy(bytes, p->bytes, headers);
        memcpy(bytes + headers, data_of(p) + at, n);
        add_be32(bytes + TCP + 4, at);
        keep(out, p, bytes);
        struct passing *last = &g_array_index(out, struct passing, out->len - 1);
        last->time += at;
        set_len(last, n);
    }
}

static void repeat(GArray *out, const struct passing *p)
{
    keep(out, p, NULL);
    if (payload_len(p) == 0 || p->number % 5) return;
    keep(out, p, NULL);
    g_array_index(out, struct passing, out->len - 1).time += 400 * US;
}

static void strip(GArray *out, const struct passing *p)
{
    keep(out, p, NULL);
    if (is_tcp(p))
        memset(g_array_index(out, struct passing, out->len - 1).bytes + TCP + 20, 1,
               (gsize)(data_of(p) - p->bytes) - TCP - 20);
}

static void change_ports(GArray *out, const struct passing *p)
{
    keep(out, p, NULL);
    if (!is_tcp(p)) return;
    guint8 *tcp = g_array_index(out, struct passing, out->len - 1).bytes + TCP;
    tcp[tcp[3] == 0xbd && tcp[2] == 1 ? 0 : 2] = 0x99;
}

static void messages_only(GArray *out, const struct passing *p)
{
    if (payload_len(p) > 8 && memcmp(data_of(p) + 5, "SMB", 3) == 0) keep(out, p, NULL);
}

static void lose(GArray *out, const struct passing *p)
{
    if (p->number % 11 != 7) keep(out, p, NULL);
}

struct maiming {
    const char *name;
    struct place place; /* what of it differs from the usual one */
    void (*frame)(GArray *out, const struct passing *p);
};

static const struct maiming maimings[] = {
    {"hours-ahead", {.clock = 5 * 3600 * S}, NULL},
    {"a-day-behind", {.clock = -86400 * S}, NULL},
    {"fast", {.ppm = 200}, NULL},
    {"slow", {.ppm = -200}, NULL},
    {"jitter", {0}, jitter},
    {"begins-late", {.from = 22 * MS}, NULL},
    {"stops", {.to = 1000 * MS}, NULL},
    {"part", {.from = 9 * MS, .to = 2100 * MS}, NULL},
    {"snap-96", {.snap = 96}, NULL},
    {"smb-only", {0}, messages_only},
    {"lossy", {0}, lose},
    {"recorded-twice", {0}, twice},
    {"segmented", {0}, segment},
    {"retransmitted", {0}, repeat},
    {"own-sequence-numbers", {.shift = {0x13572468, 0xf0000001}}, NULL},
    {"far", {.hops = -4}, NULL},
    {"no-options", {0}, strip},
    {"own-ports", {0}, change_ports},
};

/* ---- What is told
 * ----------------------------------------------------------------------------------------------------- */

static struct place maim(const struct place *of, const struct place *with)
{
    struct place p = *of;
    p.clock = with->clock;
    p.ppm = with->ppm;
    p.from = with->from;
    p.to = with->to;
    p.snap = with->snap;
    p.hops += with->hops;
    memcpy(p.shift, with->shift, sizeof p.shift);
    return p;
}

static GArray *record(const scn_scenario *s, unsigned at, const struct maiming *m)
{
    struct place place = maim(&usual[at], m ? &m->place : &(struct place){0});
    place.salt = 7; /* signed: there is something to go by where sequence numbers differ */
    GArray *frames = record_at(s, &place);
    if (usual[at].host) give_addresses(frames);
    if (!m || !m->frame) return frames;
    GArray *out = g_array_new(FALSE, TRUE, sizeof(struct passing));
    g_array_set_clear_func(out, passing_clear);
    for (guint i = 0; i < frames->len; i++)
        m->frame(out, &g_array_index(frames, struct passing, i));
    g_array_unref(frames);
    return out;
}

struct told {
    char *ends; /* in their order in time, whichever capture tells them */
    int kill;   /* how right the verdict on the kill is */
    int close;  /* and that on the close; less than 0: wrong */
    unsigned count;
};

static int rate(const smbt_end *e, const char *cause, const char *variant)
{
    if (e->strength == SMBT_STRENGTH_NONE) return 0;
    if (strcmp(e->cause, cause) != 0) return strcmp(e->cause, "server-close") == 0 ? 0 : -1;
    if (strcmp(e->variant, variant) == 0) return 2;
    return strcmp(e->variant, "undetermined") == 0 || strcmp(e->variant, "abort") == 0 ? 1 : -1;
}

static int compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct told collect(const scn_scenario *s, struct run *run)
{
    struct told told = {0};
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < run->count; i++)
        for (const smbt_record *r; (r = smbt_join_next(run->join, i));) {
            if (r->type != SMBT_RECORD_END) continue;
            const smbt_end *e = r->end;
            uint64_t number = number_of(run, i, e->frame);
            g_ptr_array_add(lines, g_strdup_printf("%" G_GUINT64_FORMAT " %s %s %s\n", number, e->cause,
                                                   e->variant ? e->variant : "-",
                                                   e->strength ? smbt_strength_name(e->strength) : "-"));
            if (number == frame_of(s, "kill")) told.kill = rate(e, "zero-vc", "nat-collision");
            if (number == frame_of(s, "close")) told.close = rate(e, "client-close", "orderly");
        }
    g_ptr_array_sort(lines, compare_lines);
    told.count = lines->len;
    g_ptr_array_add(lines, NULL);
    told.ends = g_strjoinv("", (char **)lines->pdata);
    return told;
}

/* `order`: places, the first of which is 0; as many as `count`. */
static struct told join_in_order(const scn_scenario *s, GArray *const *frames, const unsigned *order,
                                 unsigned count)
{
    const char *names[PLACES];
    for (unsigned i = 0; i < count; i++)
        names[i] = usual[order[i]].name;
    struct run run = {.count = count, .join = smbt_join_new(NULL, names, count)};
    for (unsigned i = 0; i < count; i++) {
        run.recorded[i] = g_array_ref(frames[order[i]]);
        feed(&run, i);
    }
    smbt_join_finish(run.join);
    struct told told = collect(s, &run);
    run_clear(&run);
    return told;
}

/* The next order, by its numbers; false: there is none. */
static gboolean permute(unsigned *order, unsigned count)
{
    unsigned i = count - 1, k = count - 1;
    while (i > 0 && order[i - 1] >= order[i])
        i--;
    if (i == 0) return FALSE;
    while (order[k] <= order[i - 1])
        k--;
    unsigned swapped = order[i - 1];
    order[i - 1] = order[k];
    order[k] = swapped;
    for (unsigned a = i, b = count - 1; a < b; a++, b--) {
        swapped = order[a];
        order[a] = order[b];
        order[b] = swapped;
    }
    return TRUE;
}

enum orders { TURNED, ALL_ORDERS };

/* One set of places, in several orders. */
static struct told join_set(const scn_scenario *s, GArray *const *frames, unsigned set, enum orders orders,
                            const char *what)
{
    unsigned order[PLACES], count = 0;
    for (unsigned i = 0; i < PLACES; i++)
        if (set & 1u << i) order[count++] = i;
    struct told first = join_in_order(s, frames, order, count);
    for (gboolean goes_on = count > 1; goes_on;) {
        if (orders == ALL_ORDERS)
            goes_on = permute(order, count);
        else
            for (unsigned a = 0, b = count - 1; a < b; a++, b--)
                order[a] ^= order[b], order[b] ^= order[a], order[a] ^= order[b];
        struct told other = join_in_order(s, frames, order, count);
        if (strcmp(first.ends, other.ends) != 0)
            g_error("%s, captures %x, another order:\n%s\ninstead of\n%s", what, set, other.ends, first.ends);
        g_free(other.ends);
        goes_on = goes_on && orders == ALL_ORDERS;
    }
    return first;
}

static void assert_right(const struct told *told, unsigned set, const char *what)
{
    if (told[set].kill < 0 || told[set].close < 0 || told[set].count > 3)
        g_error("%s, captures %x: wrong:\n%s", what, set, told[set].ends);
    for (unsigned i = 0; i < PLACES; i++) {
        const struct told *less = &told[set & ~(1u << i)];
        if (less->kill > told[set].kill || less->close > told[set].close)
            g_error("%s, captures %x: less right than without %s:\n%s\ninstead of\n%s", what, set,
                    usual[i].name, told[set].ends, less->ends);
    }
}

struct all {
    scn_scenario *s;
    GArray *frames[PLACES];        /* whole */
    struct told told[1 << PLACES]; /* of them, by set; the empty one: nothing */
};

struct job {
    const struct all *all;
    const struct maiming *maiming;
};

static void test_maimed(gconstpointer data)
{
    const struct job *job = data;
    const struct all *all = job->all;
    const struct maiming *m = job->maiming;
    for (unsigned maimed = 0; maimed < PLACES; maimed++) {
        GArray *frames[PLACES];
        struct told told[1 << PLACES];
        memcpy(frames, all->frames, sizeof frames);
        memcpy(told, all->told, sizeof told);
        frames[maimed] = record(all->s, maimed, m);
        g_autofree char *what = g_strdup_printf("%s %s", usual[maimed].name, m->name);
        for (unsigned set = 1; set < 1 << PLACES; set++)
            if (set & 1u << maimed) {
                told[set] = join_set(all->s, frames, set, TURNED, what);
                assert_right(told, set, what);
            }
        for (unsigned set = 1; set < 1 << PLACES; set++)
            if (set & 1u << maimed) g_free(told[set].ends);
        g_array_unref(frames[maimed]);
    }
}

/* With all four whole, nothing is left to ask for; each end is told once. */
static void test_whole(gconstpointer data)
{
    const struct all *all = data;
    g_autofree char *expected =
        g_strdup_printf("%" G_GUINT64_FORMAT " zero-vc nat-collision confirmed\n%" G_GUINT64_FORMAT
                        " client-close orderly confirmed\n",
                        frame_of(all->s, "kill"), frame_of(all->s, "close"));
    g_assert_cmpstr(all->told[(1 << PLACES) - 1].ends, ==, expected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    struct all all = {.s = parse(COLLISION)};
    struct job jobs[G_N_ELEMENTS(maimings)];
    for (unsigned i = 0; i < PLACES; i++)
        all.frames[i] = record(all.s, i, NULL);
    for (unsigned set = 1; set < 1 << PLACES; set++) {
        all.told[set] = join_set(all.s, all.frames, set, ALL_ORDERS, "whole");
        assert_right(all.told, set, "whole");
    }
    g_test_add_data_func("/join/whole", &all, test_whole);
    for (gsize i = 0; i < G_N_ELEMENTS(maimings); i++) {
        g_autofree char *path = g_strdup_printf("/join/maimed/%s", maimings[i].name);
        jobs[i] = (struct job){&all, &maimings[i]};
        g_test_add_data_func(path, &jobs[i], test_maimed);
    }
    int result = g_test_run();
    for (unsigned set = 1; set < 1 << PLACES; set++)
        g_free(all.told[set].ends);
    for (unsigned i = 0; i < PLACES; i++)
        g_array_unref(all.frames[i]);
    scn_free(all.s);
    return result;
}
