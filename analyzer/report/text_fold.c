/* Equal ends in one line: who, how sure, when, which frames, what became of the hosts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/fold.h"
#include "report/phrase.h"
#include "report/text.h"
#include "report/text_digest.h"

#include <string.h>

/* "PC, 192.168.1.124"; "192.168.1.124 without a name", where there is a name too. */
static void add_host(GString *para, const smbt_digest *d, const smbt_digest_row *r, const smbt_fold_line *l)
{
    g_autofree char *address = smbt_digest_address(&l->client.addr, &l->nat);
    if (l->host) smbt_para_printf(para, "%s, ", l->host);
    smbt_para_add(para, address);
    if (!l->host && r->is_end && smbt_digest_is_named(&d->hosts, address))
        smbt_para_add(para, " without a name");
}

static void add_who(GString *para, const smbt_digest *d, const smbt_digest_row *r, const smbt_fold_line *l)
{
    char buf[SMBT_ADDR_STRLEN];
    if (l->count == 1) {
        if (l->host) smbt_para_printf(para, "%s, ", l->host);
        smbt_text_pair_behind(para, &l->client, &l->server, &l->nat);
        return;
    }
    if (l->clients > 1)
        smbt_text_counted(para, l->clients, "host", "hosts");
    else
        add_host(para, d, r, l);
    smbt_para_blanks(para, 1);
    smbt_para_add(para, "→ ");
    if (l->servers > 1)
        smbt_text_counted(para, l->servers, "server", "servers");
    else if (l->several_ports)
        smbt_para_add(para, smbt_addr_format(&l->server.addr, buf));
    else
        smbt_text_endpoint(para, &l->server);
}

/* " (2 of 90)"; nothing when that is all. */
static void add_share(GString *para, uint64_t n, uint64_t of)
{
    if (n == of) return;
    g_autofree char *share = g_strdup_printf("(%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ")", n, of);
    smbt_para_blanks(para, 1);
    smbt_para_add_together(para, share);
}

static void add_back(GString *para, const smbt_digest_returns *r, uint64_t of)
{
    smbt_para_add(para, "; back after ");
    smbt_text_duration(para, r->shortest);
    g_autofree char *least = smbt_phrase_duration(r->shortest), *most = smbt_phrase_duration(r->longest);
    if (strcmp(least, most) != 0) {
        smbt_para_add(para, " to ");
        smbt_text_duration(para, r->longest);
    }
    add_share(para, r->back, of);
}

/* What became of them. */
static void add_returns(GString *para, const smbt_digest_returns *r, uint64_t of)
{
    static const struct {
        enum smbt_no_return why;
        const char *before, *after;
    } words[] = {
        {SMBT_RETURN_NEEDLESS, "another connection of the host was there", ""},
        {SMBT_RETURN_MIDSTREAM, "seen on a connection begun before the capture", ""},
        {SMBT_RETURN_UNTOLD, "another connection of that address followed", ", perhaps the same host's"},
        {SMBT_RETURN_NO_LOGON, "not seen to log on again", ""},
        {SMBT_RETURN_UNSEEN, "not seen again", ""}};
    if (r->back) add_back(para, r, of);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (!r->none[words[i].why]) continue;
        smbt_para_printf(para, "; %s", words[i].before);
        add_share(para, r->none[words[i].why], of);
        smbt_para_add(para, words[i].after);
    }
}

/* "in a.pcap", "in 3 captures"; of one capture alone nothing. */
bool smbt_text_files(GString *para, const char *before, const smbt_digest *d, const smbt_digest_files *f)
{
    if (d->captures < 2 || f->count == 0) return false;
    const char *name = f->count == 1 ? smbt_digest_file(d, f->first[0]) : NULL;
    smbt_para_add(para, before);
    if (name) {
        smbt_para_add(para, "in ");
        smbt_para_add(para, name);
    } else {
        smbt_para_add(para, f->is_least ? "in at least " : "in ");
        smbt_text_counted(para, f->count, "capture", "captures");
    }
    return true;
}

void smbt_text_fold_line(GString *para, const smbt_digest *d, const smbt_digest_row *r,
                         const smbt_fold_line *l)
{
    if (l->count > 1) {
        smbt_para_count(para, l->count);
        smbt_para_blanks(para, 1);
        smbt_para_add(para, "×");
        smbt_para_blanks(para, 1);
    }
    add_who(para, d, r, l);
    bool mixed = false;
    for (int i = 1; i < SMBT_STRENGTH_MAX; i++)
        mixed |= r->strengths[i] && r->strengths[i] != r->count;
    if (mixed) {
        smbt_para_add(para, "; ");
        smbt_text_strengths(para, l->strengths, l->count);
    }
    smbt_para_add(para, "; ");
    smbt_text_span(para, l->first, l->last, smbt_digest_has_days(d));
    bool has_frames =
        l->frames[0] && (!d->is_merged || d->captures > 1); /* else rows name them right below */
    if (has_frames) smbt_para_add(para, "; ");
    if (has_frames) smbt_text_first_frames(para, l->frames, l->count);
    if (r->files.count > 1) smbt_text_files(para, has_frames ? " " : "; ", d, &l->files);
    if (l->culprit)
        smbt_para_printf(para, "; set off by %s%s", l->culprit, l->several_culprits ? " and others" : "");
    add_returns(para, &l->returns, l->count);
}
