/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/lines.h"

#include "observe/host_name.h"

/* To be sure that two connections keep to one line. A lot falls within it once in some 40 million times. */
#define TIGHT       (50 * SMBT_MS)
#define TIGHT_DRIFT 100

struct smbt_lines {
    GPtrArray *all; /* of smbt_line, references; the latest begun last */
};

smbt_line *smbt_line_ref(smbt_line *line)
{
    if (line) line->refs++;
    return line;
}

void smbt_line_unref(smbt_line *line)
{
    if (!line || --line->refs) return;
    g_free(line->name);
    g_free(line);
}

static void unref(gpointer line)
{
    smbt_line_unref(line);
}

smbt_lines *smbt_lines_new(void)
{
    smbt_lines *l = g_new0(smbt_lines, 1);
    l->all = g_ptr_array_new_with_free_func(unref);
    return l;
}

void smbt_lines_free(smbt_lines *lines)
{
    if (!lines) return;
    g_ptr_array_unref(lines->all);
    g_free(lines);
}

/* The line that the connection keeps to. */
static smbt_line *find(const smbt_lines *lines, const smbt_addr *server, const smbt_sender *s)
{
    unsigned own = smbt_stamps_rate(s);
    for (guint i = lines->all->len; i-- > 0;) {
        smbt_line *line = lines->all->pdata[i];
        unsigned rate = line->rate ? line->rate : own;
        if (!rate || (own && own != rate) || !smbt_addr_equal(&line->server, server)) continue;
        if (smbt_stamps_on_one_line(&line->at, &s->first_stamp, rate, TIGHT, TIGHT_DRIFT) &&
            smbt_stamps_on_one_line(&line->at, &s->last_stamp, rate, TIGHT, TIGHT_DRIFT))
            return line;
    }
    return NULL;
}

static smbt_line *begin(smbt_lines *lines, const smbt_addr *server, const smbt_sender *s)
{
    smbt_line *line = g_new0(smbt_line, 1);
    *line = (smbt_line){.refs = 1,
                        .server = *server,
                        .at = s->first_stamp,
                        .first = s->first_stamp.time,
                        .last = s->first_stamp.time};
    if (lines->all->len >= SMBT_LINES_MAX) g_ptr_array_remove_index(lines->all, 0);
    g_ptr_array_add(lines->all, line);
    return line;
}

static void note_name(smbt_line *line, const smbt_line_note *n)
{
    if (n->workstation && !line->name)
        line->name = g_strdup(n->workstation);
    else if (n->workstation && smbt_host_names_compare(n->workstation, line->name) == SMBT_HOST_DIFFERENT)
        line->mixed = true;
    if (n->workstation_chars && !line->name_chars)
        line->name_chars = n->workstation_chars;
    else if (!(n->workstation && line->name) && n->workstation_chars &&
             n->workstation_chars != line->name_chars &&
             MAX(n->workstation_chars, line->name_chars) <= SMBT_NETBIOS_NAME_MAX)
        line->mixed = true;
}

void smbt_lines_add(smbt_lines *lines, const smbt_line_note *n)
{
    const smbt_sender *s = &n->track->sender[0];
    if (!s->has_stamps) return;
    smbt_line *line = n->track->line;
    if (!line) {
        line = find(lines, n->server, s);
        if (!line && (smbt_stamps_rate(s) || n->is_over)) line = begin(lines, n->server, s);
        if (!line) return;
        n->track->line = smbt_line_ref(line);
        if (!line->connections || line->port != n->client_port) line->connections++;
        line->port = n->client_port;
    }
    if (!line->rate) line->rate = smbt_stamps_rate(s);
    line->first = MIN(line->first, s->first_stamp.time);
    line->last = MAX(line->last, s->last_stamp.time);
    if (s->last_stamp.time >= line->at.time) line->at = s->last_stamp;
    if (!line->mixed) note_name(line, n);
}

/* Whether the connection was heard while the line's host was there: a reboot would begin a new line. */
static bool were_together(const smbt_line *line, const smbt_sender *s)
{
    return s->first_stamp.time <= line->last && line->first <= s->last_stamp.time;
}

bool smbt_line_parts(const smbt_line *line, const smbt_track *other, const smbt_addr *server)
{
    return line && line != other->line && line->connections >= 2 && line->rate && !line->mixed &&
           smbt_addr_equal(&line->server, server) && were_together(line, &other->sender[0]);
}
