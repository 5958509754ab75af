/* Scenarios played into an engine of the test's own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_ENGINE_PLAY_H
#define SMBT_TESTS_ENGINE_PLAY_H

#include "scenario/scenario.h"

/* A Windows 2003 server, Windows XP clients: a, b. */
#define CAST                                                                                                 \
    "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\"\n"                \
    "host A 192.0.2.1 name=ACCT-PC01\n"                                                                      \
    "host B 192.0.2.2 name=ACCT-PC02\n"                                                                      \
    "a = A:1025 > S:445\n"                                                                                   \
    "b = B:1026 > S:445\n"
#define LOGON(c)                                                                                             \
    "+1ms " c " connect\n"                                                                                   \
    "+1ms " c " negotiate\n"                                                                                 \
    "+1ms " c " logon vc=0\n"                                                                                \
    "+1ms " c " tree\n"

static inline scn_scenario *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    scn_scenario *s = scn_parse(text, &error);
    g_assert_no_error(error);
    return s;
}

/* The first `count` frames; 0: all. */
static inline void play(smbt_engine *engine, const scn_scenario *s, guint count)
{
    for (guint i = 0; i < s->capture->len && (count == 0 || i < count); i++) {
        const scn_frame *f = s->capture->pdata[i];
        smbt_frame frame = {.number = f->number,
                            .time = f->time,
                            .linktype = 1,
                            .caplen = f->caplen,
                            .len = f->bytes->len,
                            .data = f->bytes->data};
        smbt_engine_push(engine, &frame);
    }
}

static inline uint64_t frame_of(const scn_scenario *s, const char *name)
{
    uint64_t number = 0;
    g_assert_true(scn_find_frame(s, name, &number));
    return number;
}

#endif
