/* Frames of any content, with times that jump forwards and backwards, through the whole engine.
 *
 * Input: records of 5 bytes (time step in signed 16-bit milliseconds, choice, cut, length) and that many
 * bytes. They become Ethernet/IPv4/TCP on an SMB port, in order where `cut` is even, so that the deeper
 * layers are reached; with cut 255 the bytes are a frame of their own. Checks what must hold of every
 * finding: it refers to frames that were pushed, its cause is in the table, it renders.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <smbtrace/smbtrace.h>
#include <string.h>

#define MAX_FRAME 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_end(const smbt_end *end, uint64_t frames)
{
    g_assert_cmpuint(end->frame, <=, frames);
    g_assert_cmpuint(end->culprit.frame, <=, frames);
    g_assert_nonnull(end->cause);
    g_assert_nonnull(end->summary);
    g_assert_true((end->strength == SMBT_STRENGTH_NONE) == (strcmp(end->cause, "unknown") == 0));
    if (end->culprit.frame) g_assert_cmpuint(end->culprit.frame, <, end->frame);
    for (guint i = 0; i < end->evidence->len; i++)
        g_assert_cmpuint(g_array_index(end->evidence, smbt_evidence, i).frame, <=, frames);
}

/* What a join is told of the capture, twice over: it takes the two for places. */
struct joined {
    smbt_join *join; /* or NULL */
    unsigned ends;
};

static void take(struct joined *joined, const smbt_record *record)
{
    if (!joined->join) return;
    for (unsigned i = 0; i < 2; i++)
        smbt_join_take(joined->join, i, record);
    if (record->type == SMBT_RECORD_END) joined->ends++;
}

static void drain(smbt_engine *engine, uint64_t frames, struct joined *joined)
{
    static const smbt_text_style style = {.verbose = true, .width = 80};
    const smbt_record *record;
    while ((record = smbt_engine_next(engine))) {
        if (record->type == SMBT_RECORD_END) check_end(record->end, frames);
        take(joined, record);
        GString *text = g_string_new(NULL);
        smbt_json_record(text, "fuzz", record);
        smbt_text_record(text, &style, record);
        g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
        g_string_free(text, TRUE);
    }
}

/* What joining the capture with itself gives renders, and counts each end once. */
static void look_at_joined(smbt_join *join, unsigned ends)
{
    static const smbt_text_style style = {.verbose = true, .width = 80};
    unsigned told = 0;
    smbt_join_finish(join);
    for (unsigned i = 0; i < 2; i++)
        for (const smbt_record *record; (record = smbt_join_next(join, i));) {
            GString *text = g_string_new(NULL);
            smbt_json_record(text, "fuzz", record);
            smbt_text_record(text, &style, record);
            smbt_csv_record(text, "fuzz", record);
            g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
            g_string_free(text, TRUE);
            if (record->type == SMBT_RECORD_END) told++;
        }
    g_assert_cmpuint(told + smbt_join_told_elsewhere(join, 0) + smbt_join_told_elsewhere(join, 1), ==,
                     2 * ends);
    smbt_join_free(join);
}

/* What stands now refers to frames that were pushed, and renders. */
static void look_at_state(smbt_engine *engine, uint64_t frames)
{
    static const smbt_text_style style = {.verbose = true, .width = 60};
    smbt_state *state = smbt_engine_state(engine, NULL);
    g_assert_cmpuint(state->frame, <=, frames);
    for (guint i = 0; i < state->connections->len; i++)
        g_assert_cmpuint(g_array_index(state->connections, smbt_state_connection, i).first_frame, <=, frames);
    GString *text = g_string_new(NULL);
    smbt_json_state(text, "fuzz", state);
    smbt_text_state(text, &style, state);
    g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
    g_string_free(text, TRUE);
    smbt_state_free(state);
}

/* With everything turned on that is off by default. */
static smbt_config *curious_config(void)
{
    smbt_config *config = smbt_config_new();
    bool fine = smbt_config_what_if(config, "server.zero_vc=on", NULL) &&
                smbt_config_what_if(config, "server.autodisconnect=2min", NULL) &&
                smbt_config_what_if(config, "client.session_timeout=10s", NULL);
    g_assert_true(fine);
    smbt_config_set_keep_state(config, true);
    smbt_config_set_keep_sightings(config, UINT_MAX);
    return config;
}

/* Where the two directions of the four connections stand. */
struct state {
    uint32_t next[4][2];
};

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

/* Ethernet, IPv4 and TCP headers in front of a payload. `choice`: bit 0 from the server, bits 1-2 which
 * connection, bit 3 port 139, bits 5-7 the flags. */
static size_t wrap(uint8_t *frame, struct state *state, const uint8_t *payload, size_t len, uint8_t choice,
                   bool in_order)
{
    static const uint8_t flags[] = {0x18, 0x02, 0x12, 0x10, 0x11, 0x14, 0x04, 0x18};
    memset(frame, 0, 54);
    uint8_t *ip = frame + 14, *tcp = ip + 20;
    unsigned side = choice & 1, conn = choice >> 1 & 3, flag = flags[choice >> 5];
    unsigned client_port = 1024 + conn, server_port = choice & 8 ? 139 : 445;
    uint32_t *mine = &state->next[conn][side],
             jump = in_order || len == 0 ? 0 : (uint32_t)(payload[0] - 128) * 16;
    put16(frame + 12, 0x0800);
    ip[0] = 0x45;
    put16(ip + 2, (unsigned)(40 + len));
    ip[8] = 64;
    ip[9] = 6;
    ip[12] = ip[16] = 10;
    ip[side ? 15 : 19] = 1;
    ip[side ? 19 : 15] = 2;
    put16(tcp, side ? server_port : client_port);
    put16(tcp + 2, side ? client_port : server_port);
    put32(tcp + 4, *mine + jump);
    put32(tcp + 8, state->next[conn][1 - side]);
    tcp[12] = 0x50;
    tcp[13] = (uint8_t)flag;
    tcp[14] = 0xff;
    memcpy(frame + 54, payload, len);
    if (!jump) *mine += (uint32_t)len + (flag & 0x03 ? 1 : 0);
    return 54 + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static smbt_config *plain, *curious; /* parsing the profiles each time would take most of it */
    if (!plain) plain = smbt_config_new(), curious = curious_config();
    smbt_config *config = size & 2 ? curious : plain;
    smbt_limits limits = {.connections = 4,
                          .peers = 4,
                          .reorder_bytes = 4096,
                          .reorder_total = 8192,
                          .fragment_bytes = 4096,
                          .pending_requests = 8,
                          .marks = 64};
    smbt_config_set_limits(config, &limits);
    smbt_config_set_live(config, size & 1);
    smbt_engine *engine = smbt_engine_new(config);
    static const char *const names[] = {"here", "there"};
    struct joined joined = {.join = config == curious ? smbt_join_new(NULL, names, 2) : NULL};

    struct state state = {0};
    uint64_t number = 0;
    int64_t time = INT64_C(1000000000000);
    while (size >= 5) {
        int16_t step = (int16_t)(data[0] | data[1] << 8);
        uint8_t choice = data[2], cut = data[3];
        size_t len = MIN(data[4], size - 5);
        time = MAX(time + step * INT64_C(1000000), 0);
        uint8_t frame[MAX_FRAME];
        bool raw = cut == 0xff;
        size_t wire = raw ? len : wrap(frame, &state, data + 5, len, choice, !(cut & 1));
        if (raw) memcpy(frame, data + 5, len);
        size_t captured = cut > 200 ? wire : MIN(wire, (size_t)cut + 54);
        uint8_t *exact = g_memdup2(frame, captured);
        smbt_frame f = {.number = ++number,
                        .time = (smbt_time)time,
                        .linktype = raw ? choice : 1,
                        .caplen = (uint32_t)captured,
                        .len = (uint32_t)wire,
                        .data = exact ? exact : frame};
        smbt_engine_push(engine, &f);
        g_free(exact);
        drain(engine, number, &joined);
        if (config == curious && number % 4 == 0) look_at_state(engine, number);
        data += 5 + len;
        size -= 5 + len;
    }
    smbt_engine_advance(engine, (smbt_time)time + 2000000000);
    smbt_engine_finish(engine, true);
    drain(engine, number, &joined);
    if (joined.join) look_at_joined(joined.join, joined.ends);
    smbt_engine_free(engine);
    return 0;
}
