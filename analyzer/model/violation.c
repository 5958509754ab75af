/* What obliges a server to close at once: violations.def (facts 3.10, 3.11, 6.3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

#include "smb/smb1_header.h"

#define LONGEST_MESSAGE 0x1ffffu
/* SecurityMode of the NEGOTIATE response: users log on; without it shares have passwords and UIDs mean
 * nothing. */
#define USER_LEVEL 0x01

static const smbt_violation_info rows[SMBT_VIOLATION_MAX] = {
#define SMBT_VIOLATION(id, key, what, section) [SMBT_VIOLATION_##id] = {SMBT_KEY_##key, what, section},
#include "model/violations.def"
#undef SMBT_VIOLATION
};

const smbt_violation_info *smbt_violation_get(enum smbt_violation_kind kind)
{
    return &rows[kind];
}

/* Profiles that close at it, of those that the server can be. */
static smbt_profile_mask closers(const smbt_model *model, const smbt_server *server, enum smbt_key key)
{
    smbt_profile_mask mask = 0;
    for (unsigned i = 0; i < smbt_profiles_count(model->profiles, SMBT_SIDE_SERVER); i++)
        if (server->possible & (UINT64_C(1) << i) &&
            smbt_profile_is(smbt_profiles_get(model->profiles, SMBT_SIDE_SERVER, i), key, SMBT_CLOSE))
            mask |= UINT64_C(1) << i;
    return mask;
}

void smbt_violation_note(smbt_model *model, smbt_conn *conn, enum smbt_violation_kind kind,
                         const char *command, const smbt_at *at)
{
    conn->violation = (smbt_violation){.frame = at->frame,
                                       .time = at->done_time,
                                       .kind = kind,
                                       .profiles = closers(model, conn->server, rows[kind].key),
                                       .has_id = at->has_id,
                                       .id = at->id,
                                       .command = command};
}

void smbt_violation_answered(smbt_conn *conn, const smbt_at *at)
{
    smbt_violation *v = &conn->violation;
    if (v->frame && (!v->has_id || !at->has_id || v->id == at->id)) v->frame = 0;
}

void smbt_model_heard_server(smbt_conn *conn)
{
    if (conn->violation.frame && !conn->violation.has_id) conn->violation.frame = 0;
}

static bool is_raw(uint8_t command)
{
    return command == SMBT_SMB1_READ_RAW || command == SMBT_SMB1_WRITE_RAW || command == SMBT_SMB1_READ_MPX ||
           command == SMBT_SMB1_WRITE_MPX;
}

bool smbt_violation_is_likely(const smbt_smb1_header *h, size_t len)
{
    return len > LONGEST_MESSAGE || is_raw(h->command) || h->command == SMBT_SMB1_NEGOTIATE;
}

static bool needs_session(uint8_t command)
{
    return command != SMBT_SMB1_NEGOTIATE && command != SMBT_SMB1_SESSION_SETUP_ANDX &&
           command != SMBT_SMB1_ECHO && command != SMBT_SMB1_LOGOFF_ANDX;
}

/* `before` of the request: what was agreed until then. */
void smbt_violation_check(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h, size_t len,
                          const smbt_at *at)
{
    const char *name = smbt_smb1_command_name(h->command);
    const smbt_negotiated *n = &conn->negotiated;
    if (len > LONGEST_MESSAGE && !conn->netbios)
        smbt_violation_note(model, conn, SMBT_VIOLATION_OVERSIZE, name, at);
    else if (is_raw(h->command))
        smbt_violation_note(model, conn, SMBT_VIOLATION_RAW_MODE, name, at);
    else if (h->command == SMBT_SMB1_NEGOTIATE && n->frame && !n->no_dialect)
        smbt_violation_note(model, conn, SMBT_VIOLATION_SECOND_NEGOTIATE, name, at);
    else if (!smbt_conn_is_whole(conn))
        return;
    else if (h->command != SMBT_SMB1_NEGOTIATE && !n->request_frame)
        smbt_violation_note(model, conn, SMBT_VIOLATION_NOT_NEGOTIATED, name, at);
    else if (needs_session(h->command) && n->frame && n->security_mode & USER_LEVEL && !conn->logged_on &&
             !(conn->sessions && conn->sessions->len))
        smbt_violation_note(model, conn, SMBT_VIOLATION_NO_SESSION, name, at);
}

void smbt_model_malformed(smbt_model *model, smbt_conn *conn, uint64_t frame, smbt_time time)
{
    smbt_at at = {.frame = frame, .time = time, .done_frame = frame, .done_time = time};
    if (conn->from_start) smbt_violation_note(model, conn, SMBT_VIOLATION_NOT_SMB, NULL, &at);
}

char *smbt_violations_list(void)
{
    GString *s = g_string_new(NULL);
    for (int i = 0; i < SMBT_VIOLATION_MAX; i++)
        g_string_append_printf(s, "%s (%s)\n", rows[i].what, rows[i].section);
    return g_string_free(s, FALSE);
}
