/* Which requests the client's timers run for: exempt.def.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

#include "smb/cmd_file.h"
#include "smb/cmd_transaction.h"
#include "smb/smb1_header.h"

enum condition { ALWAYS, PIPE, WAITS };
#define ANY 0xffff

static const struct exempt {
    uint8_t command;
    uint16_t subcommand;
    enum condition condition;
    const char *words, *source;
} rows[] = {
#define SMBT_EXEMPT(command, subcommand, condition, words, source)                                           \
    {SMBT_SMB1_##command, subcommand, condition, words, source},
#include "model/exempt.def"
#undef SMBT_EXEMPT
};

static enum smbt_patience on_pipe(const smbt_conn *conn, const smbt_request *r)
{
    const smbt_open *open = smbt_conn_open(conn, r->fid);
    if (open && open->kind_known) return open->kind == SMBT_OPEN_PIPE ? SMBT_EXEMPT : SMBT_TIMED;
    const smbt_tree *tree = smbt_conn_tree(conn, r->tid);
    if (tree && tree->kind_known) return tree->is_pipe ? SMBT_EXEMPT : SMBT_TIMED;
    return SMBT_UNSURE;
}

static enum smbt_patience patience_of(const smbt_conn *conn, const smbt_request *r, const char **ret_words)
{
    *ret_words = NULL;
    if (conn->smb_version != 1) return SMBT_UNSURE;
    if (r->unsent && r->interim) { /* it is the server that waits */
        *ret_words = "the client has yet to send the rest of it";
        return SMBT_EXEMPT;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct exempt *row = &rows[i];
        if (row->command != r->command || (row->subcommand != ANY && row->subcommand != r->subcommand))
            continue;
        *ret_words = row->words;
        switch (row->condition) {
        case ALWAYS: return SMBT_EXEMPT;
        case WAITS: return r->waits ? SMBT_EXEMPT : SMBT_TIMED;
        case PIPE: return on_pipe(conn, r);
        }
    }
    /* What a transaction asks for stands behind what a short snap length keeps. */
    bool unknown_kind = r->subcommand == 0xffff &&
                        (r->command == SMBT_SMB1_TRANSACTION || r->command == SMBT_SMB1_NT_TRANSACT);
    return unknown_kind ? SMBT_UNSURE : SMBT_TIMED;
}

enum smbt_patience smbt_request_patience(const smbt_conn *conn, const smbt_request *r)
{
    const char *words;
    return patience_of(conn, r, &words);
}

const char *smbt_request_exemption(const smbt_conn *conn, const smbt_request *r)
{
    const char *words;
    return patience_of(conn, r, &words) == SMBT_EXEMPT ? words : NULL;
}

char *smbt_exempt_list(void)
{
    GString *s = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct exempt *row = &rows[i];
        const char *name = smbt_transaction_name(row->command, row->subcommand);
        bool whole = name && row->subcommand != ANY;
        g_string_append_printf(s, "%-26s %s (%s)\n", whole ? name : smbt_smb1_command_name(row->command),
                               row->condition == ALWAYS ? "always" : row->words, row->source);
    }
    return g_string_free(s, FALSE);
}
