/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "index.h"

#include <string.h>

struct entry {
    smbt_time time;
    uint64_t at; /* in the spool */
    uint32_t size;
    uint32_t group;
};

struct index {
    GArray *groups;  /* of smbt_index_group; the variants are interned */
    GArray *entries; /* of struct entry */
    uint64_t size;   /* of all rows */
};

struct index *index_new(void)
{
    struct index *index = g_new0(struct index, 1);
    index->groups = g_array_new(FALSE, FALSE, sizeof(smbt_index_group));
    index->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    return index;
}

void index_free(struct index *index)
{
    if (!index) return;
    g_array_unref(index->groups);
    g_array_unref(index->entries);
    g_free(index);
}

bool index_is_empty(const struct index *index)
{
    return index->entries->len == 0;
}

/* Counts it there, and returns its number. There are as many groups as causes, at most times severities. */
static uint32_t join_group(struct index *index, const smbt_index_group *group)
{
    guint i = 0;
    for (; i < index->groups->len; i++) {
        smbt_index_group *g = &g_array_index(index->groups, smbt_index_group, i);
        if (g->severity != group->severity || g->is_end != group->is_end || strcmp(g->id, group->id) != 0 ||
            g_strcmp0(g->variant, group->variant) != 0)
            continue;
        g->rows += group->rows;
        g->first = MIN(g->first, group->first);
        if (group->last != SMBT_TIME_NONE)
            g->last = g->last == SMBT_TIME_NONE ? group->last : MAX(g->last, group->last);
        return i;
    }
    smbt_index_group fresh = *group;
    fresh.variant = g_intern_string(group->variant);
    g_array_append_val(index->groups, fresh);
    return i;
}

void index_add(struct index *index, const smbt_record *record, size_t size)
{
    smbt_index_group group;
    if (size && smbt_index_group_of(record, &group)) {
        const struct entry e = {group.first, index->size, (uint32_t)size, join_group(index, &group)};
        g_array_append_val(index->entries, e);
    }
    index->size += size;
}

void index_append(struct index *index, const struct index *other)
{
    g_autofree uint32_t *groups = g_new(uint32_t, other->groups->len + 1);
    for (guint i = 0; i < other->groups->len; i++)
        groups[i] = join_group(index, &g_array_index(other->groups, smbt_index_group, i));
    for (guint i = 0; i < other->entries->len; i++) {
        struct entry e = g_array_index(other->entries, struct entry, i);
        e.at += index->size;
        e.group = groups[e.group];
        g_array_append_val(index->entries, e);
    }
    index->size += other->size;
}

/* ---- Order */

static gint compare_groups(gconstpointer a, gconstpointer b, gpointer user)
{
    const GArray *groups = user;
    return smbt_index_group_compare(&g_array_index(groups, smbt_index_group, *(const guint *)a),
                                    &g_array_index(groups, smbt_index_group, *(const guint *)b));
}

/* Its groups' numbers. The caller frees. */
static guint *sort_groups(const struct index *index)
{
    GArray *order = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < index->groups->len; i++)
        g_array_append_val(order, i);
    g_array_sort_with_data(order, compare_groups, index->groups);
    return (guint *)(gpointer)g_array_free(order, FALSE);
}

/* As they came where the time is the same. */
static gint compare_entries(gconstpointer a, gconstpointer b)
{
    const struct entry *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* ---- Writing */

static bool write_string(GString *text, spool_write_fn write, void *user)
{
    bool done = text->len == 0 || write(text->str, text->len, user);
    g_string_truncate(text, 0);
    return done;
}

static bool write_row(GString *text, struct spool *rows, const struct entry *e, spool_write_fn write,
                      void *user)
{
    g_string_set_size(text, e->size);
    g_string_set_size(text, spool_read_at(rows, e->at, text->str, e->size));
    return text->len == e->size && write_string(text, write, user);
}

/* The group's entries are those from `from` on. */
static bool write_group(const struct index *index, guint group, guint from, struct spool *rows,
                        const struct format *format, const struct rendering *r, spool_write_fn write,
                        void *user)
{
    g_autoptr(GString) text = g_string_new(NULL);
    format->open_group(text, r, &g_array_index(index->groups, smbt_index_group, group));
    bool done = write_string(text, write, user);
    for (guint i = from; done && i < index->entries->len; i++) {
        const struct entry *e = &g_array_index(index->entries, struct entry, i);
        if (e->group != group) break;
        done = write_row(text, rows, e, write, user);
    }
    format->close_group(text, r);
    return done && write_string(text, write, user);
}

bool index_write(const struct index *index, struct spool *rows, const struct format *format,
                 const struct rendering *r, spool_write_fn write, void *user)
{
    g_autofree guint *order = sort_groups(index);
    g_autofree guint *starts = g_new0(guint, index->groups->len + 1);
    g_array_sort(index->entries, compare_entries);
    for (guint i = index->entries->len; i-- > 0;)
        starts[g_array_index(index->entries, struct entry, i).group] = i;
    bool done = true;
    for (guint i = 0; done && i < index->groups->len; i++)
        done = write_group(index, order[i], starts[order[i]], rows, format, r, write, user);
    return done;
}
