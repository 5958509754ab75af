/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/fold.h"

#include "base/addr.h"
#include "base/time.h"

#include <string.h>

/* So many hosts that errors befell have a line each, though fewer lines would do. */
#define VICTIMS_NAMED 24

static char *client_key(const smbt_digest_cell *c)
{
    g_autofree char *addr = smbt_digest_address(&c->client.addr, &c->nat);
    return g_strdup_printf("%s %s", addr, c->host ? c->host : "");
}

static char *server_key(const smbt_digest_cell *c)
{
    char addr[SMBT_ADDR_STRLEN];
    return g_strdup(smbt_addr_format(&c->server.addr, addr));
}

typedef char *(*key_fn)(const smbt_digest_cell *cell);

static guint count_different(const GPtrArray *cells, key_fn key)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < cells->len; i++)
        g_hash_table_add(seen, key(cells->pdata[i]));
    return g_hash_table_size(seen);
}

static void add(smbt_fold_line *l, const smbt_digest_cell *c)
{
    l->count += c->count;
    l->several_ports |= c->several_ports || c->server.port != l->server.port;
    for (int i = 0; i < SMBT_DIGEST_FRAMES && c->frames[i]; i++)
        smbt_digest_keep_frame(l->frames, c->frames[i]);
    l->first = MIN(l->first, c->first);
    l->last = l->last == SMBT_TIME_NONE ? c->last : MAX(l->last, c->last);
    for (int i = 0; i < SMBT_STRENGTH_MAX; i++)
        l->strengths[i] += c->strengths[i];
    if (c->culprit && !l->culprit) l->culprit = c->culprit;
    l->several_culprits |= c->several_culprits || (c->culprit && g_strcmp0(c->culprit, l->culprit) != 0);
    smbt_digest_add_returns(&l->returns, &c->returns);
    smbt_digest_add_files(&l->files, &c->files);
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const smbt_fold_line *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return (x->frames[0] > y->frames[0]) - (x->frames[0] < y->frames[0]);
}

GArray *smbt_fold(const smbt_digest_row *row)
{
    guint clients = count_different(row->cells, client_key),
          servers = count_different(row->cells, server_key);
    bool by_name = row->severity >= SMBT_SEVERITY_ERROR && clients <= VICTIMS_NAMED;
    bool by_server = servers < clients && !by_name;
    key_fn key = by_server ? server_key : client_key;
    GArray *lines = g_array_new(FALSE, TRUE, sizeof(smbt_fold_line));
    g_autoptr(GHashTable) at = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < row->cells->len; i++) {
        const smbt_digest_cell *c = row->cells->pdata[i];
        char *k = key(c);
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(at, k));
        if (!n) {
            smbt_fold_line fresh = {.client = c->client,
                                    .server = c->server,
                                    .nat = c->nat,
                                    .host = c->host,
                                    .first = SMBT_TIME_NONE,
                                    .last = SMBT_TIME_NONE,
                                    .returns.shortest = SMBT_DURATION_UNKNOWN};
            g_array_append_val(lines, fresh);
            n = lines->len;
            g_hash_table_insert(at, k, GUINT_TO_POINTER(n));
        } else {
            g_free(k);
        }
        smbt_fold_line *l = &g_array_index(lines, smbt_fold_line, n - 1);
        l->clients += by_server || l->clients == 0; /* a cell is one host at one server */
        l->servers += !by_server || l->servers == 0;
        add(l, c);
    }
    for (guint i = 0; i < lines->len; i++) {
        smbt_fold_line *l = &g_array_index(lines, smbt_fold_line, i);
        if (l->files.count > 1) memset(l->frames, 0, sizeof l->frames); /* the same number in each */
    }
    g_array_sort(lines, compare);
    return lines;
}
