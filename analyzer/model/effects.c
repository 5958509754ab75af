/* Runs effects.def.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/effects.h"

#include "model/objects.h"
#include "smb/cmd_file.h"
#include "smb/cmd_locking.h"
#include "smb/cmd_open.h"
#include "smb/cmd_search.h"
#include "smb/cmd_transaction.h"
#include "smb/cmd_tree.h"

#include <string.h>

#define ANY 0xffff

enum effect {
    MAKES_SESSION,
    RELEASES_SESSION,
    MAKES_TREE,
    RELEASES_TREE,
    RELEASES_TREE_IF_ASKED,
    MAKES_OPEN,
    RELEASES_OPEN,
    RELEASES_PROCESS,
    MAKES_SEARCH,
    USES_SEARCH,
    RELEASES_SEARCH,
    MAKES_OLD_SEARCH,
    RELEASES_OLD_SEARCH,
    ACKNOWLEDGES_BREAK,
    LOCKS,
};

static const struct row {
    uint8_t command;
    uint16_t subcommand;
    enum smbt_moment moment;
    enum effect effect;
    const char *words, *section;
} rows[] = {
#define REQUEST SMBT_AT_REQUEST
#define ANSWER  SMBT_AT_ANSWER
#define SMBT_EFFECT(command, subcommand, moment, effect, words, section)                                     \
    {SMBT_SMB1_##command, subcommand, moment, effect, words, section},
#include "model/effects.def"
#undef SMBT_EFFECT
#undef REQUEST
#undef ANSWER
};

static uint64_t old_search_id(const smbt_request *r)
{
    return SMBT_SEARCH_OLD | (r->id & 0xffff);
}

/* ---- At the answer
 * ---------------------------------------------------------------------------------------------- */

/* The path that a request named goes over to what it made. */
static char *take_path(const smbt_step *s)
{
    char *path = s->request ? s->request->path : NULL;
    if (path) s->request->path = NULL;
    return path;
}

static uint64_t request_frame(const smbt_step *s)
{
    return s->request ? s->request->frame : s->at->frame;
}

static void make_tree(const smbt_step *s)
{
    smbt_tree_connect_response r;
    if (s->block->word_count == 0 || !s->header->has_ids ||
        !smbt_tree_connect_response_decode(s->block, s->header->flags2, &r))
        return;
    smbt_tree tree = {.tid = r.has_tid ? r.tid : s->header->tid,
                      .session = s->header->uid,
                      .is_pipe = strcmp(r.service.s, "IPC") == 0,
                      .kind_known = r.service.s[0] != '\0',
                      .frame = request_frame(s),
                      .path = take_path(s)};
    smbt_conn_tree_connected(s->conn, &tree);
}

static void make_open(const smbt_step *s)
{
    smbt_open_response r;
    bool by_transaction = smbt_command_is_transaction(s->block->command);
    if (s->block->word_count == 0 || !s->header->has_ids) return;
    if (by_transaction ? !smbt_transaction_open_response_decode(s->block, s->subcommand, &r)
                       : !smbt_open_response_decode(s->block, &r)) {
        s->conn->opens_unsure = true; /* it opened something, and the FID was not captured */
        return;
    }
    const smbt_tree *tree = smbt_conn_tree(s->conn, s->header->tid);
    bool pipe = r.kind == SMBT_OPEN_OTHER && tree && tree->is_pipe;
    smbt_open open = {.fid = r.fid,
                      .tid = s->header->tid,
                      .pid = s->header->pid,
                      .session = s->header->uid,
                      .kind = pipe ? SMBT_OPEN_PIPE : r.kind,
                      .kind_known = r.kind != SMBT_OPEN_OTHER || (tree && tree->kind_known),
                      .offline = r.has_attributes && r.attributes & SMBT_FILE_ATTRIBUTE_OFFLINE,
                      .frame = request_frame(s),
                      .path = take_path(s),
                      .oplock = r.oplock_level ? SMBT_OPLOCK_HELD : SMBT_OPLOCK_NONE,
                      .oplock_level = r.oplock_level};
    smbt_conn_opened(s->conn, &open);
}

/* Whether the flags of FIND_FIRST2 or FIND_NEXT2 and the end of the search close it. The SID in the answer
 * tells nothing: Windows closes and still returns one. */
static bool search_is_over(uint16_t flags, const smbt_find_response *r)
{
    return flags & SMBT_FIND_CLOSE_AFTER_REQUEST ||
           (flags & SMBT_FIND_CLOSE_AT_EOS && r->has_end && r->end_of_search);
}

static void add_search(const smbt_step *s, uint64_t sid)
{
    smbt_search search = {.sid = sid,
                          .tid = s->header->tid,
                          .pid = s->header->pid,
                          .session = s->header->uid,
                          .frame = s->request->frame,
                          .last_frame = s->request->frame,
                          .last_used = s->request->time,
                          .path = take_path(s)};
    smbt_conn_searched(s->conn, &search);
}

static void make_search(const smbt_step *s)
{
    smbt_find_response r;
    if (!s->request) return;
    if (s->request->flags & SMBT_FIND_CLOSE_AFTER_REQUEST) return;
    if (!smbt_find_response_decode(s->block, s->subcommand, &r) || !r.has_sid) {
        s->conn->opens_unsure = true; /* it may have left a search open */
        return;
    }
    if (search_is_over(s->request->flags, &r)) return;
    add_search(s, r.sid);
}

static void use_search(const smbt_step *s)
{
    smbt_find_response r;
    if (!s->request || !smbt_find_response_decode(s->block, s->subcommand, &r)) return;
    smbt_search *search = smbt_conn_search(s->conn, s->request->fid);
    if (!search && !smbt_conn_is_whole(s->conn)) {
        smbt_search old = {.sid = s->request->fid,
                           .tid = s->header->tid,
                           .pid = s->header->pid,
                           .session = s->header->uid,
                           .preexisting = true,
                           .frame = s->request->frame};
        smbt_conn_searched(s->conn, &old);
        search = smbt_conn_search(s->conn, s->request->fid);
    }
    if (!search) return;
    search->last_frame = s->request->frame;
    search->last_used = s->request->time;
    if (search_is_over(s->request->flags, &r)) smbt_conn_search_closed(s->conn, s->request->fid);
}

static void make_old_search(const smbt_step *s)
{
    smbt_find_response r;
    if (!s->request || !smbt_find_response_decode(s->block, s->subcommand, &r) || !r.has_count) return;
    uint64_t id = old_search_id(s->request);
    if (r.count == 0) {
        smbt_conn_search_closed(s->conn, id);
        return;
    }
    add_search(s, id);
}

static void lock(const smbt_step *s)
{
    smbt_open *open = s->request ? smbt_conn_open(s->conn, s->request->fid) : NULL;
    if (!open) return;
    unsigned unlocks = s->request->flags >> 8, locks = s->request->flags & 0xff;
    unsigned left = open->locks > unlocks ? open->locks - unlocks : 0;
    open->locks = (uint16_t)MIN(left + locks, 0xffffu);
}

/* ---- At the request
 * --------------------------------------------------------------------------------------------- */

static void acknowledge(const smbt_step *s)
{
    smbt_locking l;
    if (!smbt_locking_decode(s->block, &l) || !(l.type & SMBT_LOCKING_OPLOCK_RELEASE)) return;
    smbt_open *open = smbt_conn_open(s->conn, l.fid);
    if (open) smbt_oplock_acknowledged(s->conn, open, &l, s->at);
}

static void disconnect_if_asked(const smbt_step *s)
{
    smbt_tree_connect_request r;
    if (smbt_tree_connect_request_decode(s->block, s->header->flags2, &r) && r.disconnects_tid)
        smbt_conn_tree_disconnected(s->conn, s->header->tid);
}

/* The old searches of a process can't be told apart by what a snap length keeps: the latest one goes. */
static void close_old_search(const smbt_step *s)
{
    GArray *searches = s->conn->searches;
    for (guint i = searches ? searches->len : 0; i-- > 0;) {
        const smbt_search *search = &g_array_index(searches, smbt_search, i);
        if (!(search->sid & SMBT_SEARCH_OLD) || search->tid != s->header->tid ||
            search->pid != s->header->pid)
            continue;
        smbt_conn_search_closed(s->conn, search->sid);
        return;
    }
}

static void close_search(const smbt_step *s)
{
    smbt_find_request r;
    if (smbt_find_request_decode(s->block, s->subcommand, s->header->flags2, &r) && r.has_sid)
        smbt_conn_search_closed(s->conn, r.sid);
}

static void close_open(const smbt_step *s)
{
    uint16_t fid;
    if (smbt_close_request_decode(s->block, &fid)) smbt_conn_closed(s->conn, fid);
}

static void run(smbt_model *model, const smbt_step *s, enum effect effect)
{
    const smbt_smb1_header *h = s->header;
    switch (effect) {
    case MAKES_SESSION: break; /* smb1_setup.c: it takes what the client said too */
    case MAKES_TREE: make_tree(s); break;
    case MAKES_OPEN: make_open(s); break;
    case MAKES_SEARCH: make_search(s); break;
    case USES_SEARCH: use_search(s); break;
    case MAKES_OLD_SEARCH: make_old_search(s); break;
    case LOCKS: lock(s); break;
    case RELEASES_SESSION:
        if (h->has_ids) smbt_conn_logoff(model, s->conn, h->uid);
        break;
    case RELEASES_TREE:
        if (h->has_ids) smbt_conn_tree_disconnected(s->conn, h->tid);
        break;
    case RELEASES_TREE_IF_ASKED: disconnect_if_asked(s); break;
    case RELEASES_OPEN: close_open(s); break;
    case RELEASES_PROCESS:
        if (h->has_ids) smbt_conn_process_exited(s->conn, h->pid);
        break;
    case RELEASES_SEARCH: close_search(s); break;
    case RELEASES_OLD_SEARCH: close_old_search(s); break;
    case ACKNOWLEDGES_BREAK: acknowledge(s); break;
    }
}

void smbt_effects_index(uint8_t ret_index[256])
{
    memset(ret_index, 0, 256);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        ret_index[rows[i].command] |= (uint8_t)(1u << rows[i].moment);
}

void smbt_effects_run(smbt_model *model, const smbt_step *step, enum smbt_moment moment)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct row *row = &rows[i];
        if (row->command != step->block->command || row->moment != moment) continue;
        if (row->subcommand == ANY || row->subcommand == step->subcommand) run(model, step, row->effect);
    }
}

static const char *command_name(const struct row *row)
{
    const char *name = smbt_transaction_name(row->command, row->subcommand);
    return name && row->subcommand != ANY ? name : smbt_smb1_command_name(row->command);
}

char *smbt_effects_list(void)
{
    GString *s = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_string_append_printf(s, "%-20s %-8s %s (%s)\n", command_name(&rows[i]),
                               rows[i].moment == SMBT_AT_REQUEST ? "request" : "answer", rows[i].words,
                               rows[i].section);
    return g_string_free(s, FALSE);
}
