/* Reading a scenario; what its labels mean; writing it as a capture file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/scenario.h"

#include "scenario/world.h"

#include <string.h>

static void frame_free(gpointer p)
{
    scn_frame *f = p;
    g_byte_array_unref(f->bytes);
    g_free(f);
}

static void limit_clear(gpointer p)
{
    g_free(((scn_limit *)p)->name);
}

static void name_clear(gpointer p)
{
    g_free(((scn_connection_name *)p)->id);
}

static scn_scenario *scenario_new(void)
{
    scn_scenario *s = g_new0(scn_scenario, 1);
    s->capture = g_ptr_array_new();
    s->made = g_ptr_array_new_with_free_func(frame_free);
    s->profiles = g_ptr_array_new_with_free_func(g_free);
    s->settings = g_ptr_array_new_with_free_func(g_free);
    s->ports = g_ptr_array_new_with_free_func(g_free);
    s->limits = g_array_new(FALSE, FALSE, sizeof(scn_limit));
    s->connections = g_array_new(FALSE, FALSE, sizeof(scn_connection_name));
    s->labels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    g_array_set_clear_func(s->limits, limit_clear);
    g_array_set_clear_func(s->connections, name_clear);
    return s;
}

void scn_free(scn_scenario *s)
{
    if (!s) return;
    g_free(s->about);
    g_hash_table_unref(s->labels);
    g_ptr_array_unref(s->capture);
    g_ptr_array_unref(s->made);
    g_ptr_array_unref(s->profiles);
    g_ptr_array_unref(s->settings);
    g_ptr_array_unref(s->ports);
    g_array_unref(s->limits);
    g_array_unref(s->connections);
    g_free(s);
}

static bool carry_out(scn_world *w, scn_line *line)
{
    if (!scn_world_declare(w, line)) scn_step(w, line);
    return scn_line_done(line);
}

scn_scenario *scn_parse(const char *text, GError **error)
{
    scn_scenario *s = scenario_new();
    scn_world *w = scn_world_new(s);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    bool ok = true;
    if (lines[0] && lines[0][0] == '#') s->about = g_strdup(g_strstrip(lines[0] + 1));
    for (unsigned i = 0; ok && lines[i]; i++) {
        scn_line *line = scn_line_parse(lines[i], i + 1);
        if (!line) continue;
        ok = carry_out(w, line);
        if (!ok) g_propagate_error(error, g_steal_pointer(&line->error));
        scn_line_free(line);
    }
    scn_world_free(w);
    if (ok) return s;
    scn_free(s);
    return NULL;
}

scn_scenario *scn_read(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, error)) return NULL;
    scn_scenario *s = scn_parse(text, error);
    if (!s) g_prefix_error(error, "%s: ", path);
    return s;
}

bool scn_find_frame(const scn_scenario *s, const char *name, uint64_t *ret_number)
{
    const char *dot = strrchr(name, '.');
    g_autofree char *label = dot ? g_strndup(name, (gsize)(dot - name)) : g_strdup(name);
    const GPtrArray *frames = g_hash_table_lookup(s->labels, label);
    if (!frames || frames->len == 0) return false;
    guint at = 0;
    if (dot)
        at = strcmp(dot, ".last") == 0 ? frames->len - 1 : (guint)g_ascii_strtoull(dot + 1, NULL, 10) - 1;
    if (at >= frames->len) return false;
    *ret_number = ((const scn_frame *)frames->pdata[at])->number;
    return *ret_number != 0;
}

static bool same_endpoint(const smbt_endpoint *a, const smbt_endpoint *b)
{
    return a->port == b->port && a->addr.family == b->addr.family &&
           memcmp(a->addr.bytes, b->addr.bytes, sizeof a->addr.bytes) == 0;
}

const char *scn_connection_of(const scn_scenario *s, const smbt_endpoint *client, const smbt_endpoint *server)
{
    for (guint i = s->connections->len; i > 0; i--) {
        const scn_connection_name *n = &g_array_index(s->connections, scn_connection_name, i - 1);
        if (same_endpoint(&n->client, client) && same_endpoint(&n->server, server)) return n->id;
    }
    return NULL;
}

bool scn_write_pcap(const scn_scenario *s, const char *path, GError **error)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_le32(b, 0xa1b23c4d); /* nanoseconds */
    sb_le16(b, 2);
    sb_le16(b, 4);
    sb_fill(b, 0, 8);
    sb_le32(b, 262144);
    sb_le32(b, 1);
    for (guint i = 0; i < s->capture->len; i++) {
        const scn_frame *f = s->capture->pdata[i];
        sb_le32(b, (guint32)(f->time / 1000000000));
        sb_le32(b, (guint32)(f->time % 1000000000));
        sb_le32(b, f->caplen);
        sb_le32(b, f->bytes->len);
        g_byte_array_append(b, f->bytes->data, f->caplen);
    }
    return g_file_set_contents(path, (const char *)b->data, (gssize)b->len, error);
}
