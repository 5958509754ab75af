/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "joining.h"

#include "message.h"

/* One input that has been read. */
struct kept {
    struct slot *slot;
    smbt_engine *engine; /* NULL: no capture */
    bool is_missed;
    const smbt_record *rest;
    smbt_input_info about;
    char *file, *sha256;
    GPtrArray *problems;
};

struct joining {
    smbt_join *join;
    char **names;
    bool is_hint;
    struct kept *kept;
    unsigned count;
};

struct joining *joining_new(const char *const *names, unsigned count, bool is_hint)
{
    struct joining *joining = g_new0(struct joining, 1);
    joining->join = smbt_join_new(NULL, names, count);
    joining->names = g_new0(char *, count + 1);
    for (unsigned i = 0; i < count; i++)
        joining->names[i] = g_strdup(names[i]);
    joining->is_hint = is_hint;
    joining->kept = g_new0(struct kept, count);
    joining->count = count;
    return joining;
}

void joining_free(struct joining *joining)
{
    if (!joining) return;
    for (unsigned i = 0; i < joining->count; i++) {
        struct kept *kept = &joining->kept[i];
        smbt_engine_free(kept->engine);
        g_free(kept->file);
        g_free(kept->sha256);
        if (kept->problems) g_ptr_array_unref(kept->problems);
    }
    smbt_join_free(joining->join);
    g_strfreev(joining->names);
    g_free(joining->kept);
    g_free(joining);
}

bool joining_is_hint(const struct joining *joining)
{
    return joining->is_hint;
}

bool joining_take(struct joining *joining, unsigned index, const smbt_record *record)
{
    if (joining->is_hint && record->type != SMBT_RECORD_SIGHTING) return false;
    return smbt_join_take(joining->join, index, record);
}

void joining_keep_slot(struct joining *joining, unsigned index, struct slot *slot)
{
    joining->kept[index].slot = slot;
}

void joining_keep(struct joining *joining, unsigned index, smbt_engine *engine, const smbt_record *rest,
                  struct slot *slot, const smbt_input_info *about)
{
    struct kept *kept = &joining->kept[index];
    *kept = (struct kept){.slot = slot,
                          .engine = engine,
                          .rest = rest,
                          .about = *about,
                          .file = g_strdup(about->file),
                          .sha256 = g_strdup(about->sha256),
                          .problems = g_ptr_array_new_with_free_func(g_free)};
    for (guint i = 0; about->problems && i < about->problems->len; i++)
        g_ptr_array_add(kept->problems, g_strdup(about->problems->pdata[i]));
    kept->about.file = kept->file;
    kept->about.sha256 = kept->sha256;
    kept->about.problems = kept->problems;
    smbt_capture_info info;
    smbt_engine_get_capture_info(engine, &info);
    smbt_join_capture(joining->join, index, &info);
}

static void report_one(struct joining *joining, unsigned index)
{
    const struct kept *kept = &joining->kept[index];
    bool goes_on = true;
    for (const smbt_record *r; goes_on && (r = smbt_join_next(joining->join, index));)
        goes_on = output_record(kept->slot, kept->file, r);
    for (const smbt_record *r = kept->rest; goes_on && r; r = smbt_engine_next(kept->engine))
        if (r->type != SMBT_RECORD_SIGHTING) goes_on = output_record(kept->slot, kept->file, r);
    smbt_capture_info info;
    smbt_engine_get_capture_info(kept->engine, &info);
    info.companions = smbt_join_companions(joining->join, index);
    info.told_elsewhere = smbt_join_told_elsewhere(joining->join, index);
    output_capture(kept->slot, &kept->about, &info);
}

void joining_miss(struct joining *joining, unsigned index, struct slot *slot)
{
    joining->kept[index].slot = slot;
    joining->kept[index].is_missed = true;
}

static unsigned count_missed(const struct joining *joining, unsigned *ret_all)
{
    unsigned missed = 0;
    *ret_all = 0;
    for (unsigned i = 0; i < joining->count; i++) {
        const struct kept *kept = &joining->kept[i];
        missed += kept->is_missed;
        *ret_all += kept->is_missed || kept->engine;
    }
    return missed;
}

/* Half of a story may be another one. */
static void report_missed(struct joining *joining, unsigned missed, unsigned all)
{
    g_autofree char *line =
        g_strdup_printf("interrupted: %u of %u captures %s not read whole, and none is told "
                        "without the others; run again",
                        missed, all, missed == 1 ? "was" : "were");
    const char *rest = line;
    for (unsigned i = 0; i < joining->count; i++) {
        struct kept *kept = &joining->kept[i];
        if (!kept->is_missed && !kept->engine) continue;
        output_stopped(kept->slot, rest, joining->names[i],
                       kept->is_missed ? "interrupted: not read whole; run again"
                                       : "interrupted: not told without the other captures; run again");
        rest = NULL;
    }
}

/* Captures that have nothing in common with the others. */
static void report_strangers(const struct joining *joining, unsigned all)
{
    g_autoptr(GPtrArray) strangers = g_ptr_array_new();
    for (unsigned i = 0; i < joining->count; i++)
        if (joining->kept[i].engine && smbt_join_companions(joining->join, i)->len == 0)
            g_ptr_array_add(strangers, joining->names[i]);
    static const char hint[] = "same minutes? same server? the other side of the same NAT?";
    if (strangers->len == 0 || all < 2) return;
    if (strangers->len == all)
        message_print("--join: no connection is in more than one of these captures, so each is told by "
                      "itself; %s",
                      hint);
    else
        for (guint i = 0; i < strangers->len; i++)
            message_print("--join: %s shares no connection with the others, and is told by itself; %s",
                          (const char *)strangers->pdata[i], hint);
}

void joining_report(struct joining *joining)
{
    smbt_join_finish(joining->join);
    if (joining->is_hint) {
        if (smbt_join_found(joining->join))
            message_print(
                "some of these captures show the same connections; --join tells each of those once, by "
                "what all of them saw");
        return;
    }
    unsigned all, missed = count_missed(joining, &all);
    if (missed)
        report_missed(joining, missed, all);
    else
        report_strangers(joining, all);
    for (unsigned i = 0; i < joining->count; i++) {
        struct kept *kept = &joining->kept[i];
        if (kept->engine && !missed) report_one(joining, i);
        if (kept->engine && !missed && --all == 0) output_joined(kept->slot);
        if (kept->slot) output_close(kept->slot);
    }
}
