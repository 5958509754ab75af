/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/pattern.h"

static const char *keep(smbt_kept_pattern *k, const char *text)
{
    return text ? g_string_chunk_insert(k->text, text) : NULL;
}

smbt_kept_pattern *smbt_kept_pattern_new(const smbt_pattern *pattern)
{
    smbt_kept_pattern *k = g_new0(smbt_kept_pattern, 1);
    k->text = g_string_chunk_new(128);
    k->pattern = *pattern;
    k->pattern.file = keep(k, pattern->file);
    k->pattern.last_file = keep(k, pattern->last_file);
    k->pattern.summary = keep(k, pattern->summary);
    k->pattern.hosts = g_array_new(FALSE, TRUE, sizeof(smbt_pattern_host));
    return k;
}

smbt_kept_pattern *smbt_kept_pattern_copy(const smbt_pattern *pattern, const char *file)
{
    smbt_kept_pattern *k = smbt_kept_pattern_new(pattern);
    if (file) k->pattern.file = keep(k, file);
    for (guint i = 0; pattern->hosts && i < pattern->hosts->len; i++)
        smbt_kept_pattern_add_host(k, &g_array_index(pattern->hosts, smbt_pattern_host, i));
    return k;
}

void smbt_kept_pattern_add_host(smbt_kept_pattern *k, const smbt_pattern_host *host)
{
    smbt_pattern_host h = *host;
    h.name = keep(k, h.name);
    g_array_append_val(k->pattern.hosts, h);
}

void smbt_kept_pattern_free(smbt_kept_pattern *k)
{
    if (!k) return;
    g_array_unref(k->pattern.hosts);
    g_string_chunk_free(k->text);
    g_free(k);
}
