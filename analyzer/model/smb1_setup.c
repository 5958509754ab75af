/* NEGOTIATE and SESSION_SETUP_ANDX: what the two sides say of themselves and agree on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/smb1.h"

#include "smb/cmd_negotiate.h"
#include "smb/cmd_session_setup.h"

#include <stdio.h>
#include <string.h>

#define CAP_UNIX 0x00800000u
/* 1601-01-01 to 1970-01-01 in units of 100 ns. */
/* The year 2200 in those units since 1970: later clocks are wrong, and sums with them overflow. */
#define LATEST            UINT64_C(72000000000000000)
#define FILETIME_OF_EPOCH UINT64_C(116444736000000000)

void smbt_smb1_negotiate_request(smbt_conn *conn, const smbt_andx_block *block, const smbt_smb1_header *h,
                                 const smbt_at *at)
{
    if (!conn->negotiated.request_frame) conn->negotiated.request_frame = at->frame;
    conn->negotiated.request_extsec = (h->flags2 & SMBT_SMB1_FLAGS2_EXTSEC) != 0;
    smbt_negotiate_request r;
    if (!smbt_negotiate_request_decode(block, &r)) return;
    conn->negotiated.request_dialects = r.dialects;
    unsigned n = MIN(r.dialects, SMBT_NEGOTIATE_MAX_DIALECTS);
    GString *offered = g_string_sized_new(160);
    for (unsigned i = 0; i < n; i++) {
        g_string_append(offered, r.dialect[i].s); /* a name from the wire holds no line end */
        g_string_append_c(offered, '\n');
    }
    g_free(conn->offered);
    conn->offered = g_string_free(offered, FALSE);
}

static void name_dialect(smbt_conn *conn, const smbt_negotiate_response *r, unsigned word_count)
{
    const char *dialect = conn->offered;
    for (unsigned i = 0; dialect && i < r->dialect_index; i++) {
        dialect = strchr(dialect, '\n');
        if (dialect) dialect++;
    }
    if (dialect && *dialect) {
        g_autofree char *name = g_strndup(dialect, strcspn(dialect, "\n"));
        smbt_ref_set(&conn->dialect_ref, name);
    } else if (word_count == 17) {
        smbt_ref_set(&conn->dialect_ref, "NT LM 0.12");
    }
    conn->dialect = conn->dialect_ref;
    g_clear_pointer(&conn->offered, g_free);
}

static void read_clock(smbt_negotiated *n, const smbt_negotiate_response *r, smbt_time now)
{
    if (r->system_time <= FILETIME_OF_EPOCH) return;
    uint64_t since_epoch = r->system_time - FILETIME_OF_EPOCH;
    if (since_epoch > LATEST) return;
    int64_t offset = (int64_t)(since_epoch * 100) - (int64_t)now;
    n->has_clock = true;
    n->clock_offset_ns = offset;
    n->zone_minutes = r->time_zone;
}

void smbt_smb1_negotiate_response(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                                  const smbt_at *at)
{
    smbt_negotiate_response r;
    smbt_negotiated *n = &conn->negotiated;
    if (conn->dialect) return; /* agreed before: what a second one is answered changes nothing */
    n->frame = at->frame;
    n->time = at->time;
    if (!smbt_negotiate_response_decode(block, &r)) return;
    n->no_dialect = r.dialect_index == 0xffff;
    n->security_mode = r.security_mode;
    n->capabilities = r.capabilities;
    conn->extended_security = r.extended_security;
    if (n->no_dialect) return;
    read_clock(n, &r, at->time);
    name_dialect(conn, &r, block->word_count);
    if (r.capabilities & CAP_UNIX && !conn->server->unix_extensions) {
        conn->server->unix_extensions = true;
        smbt_model_server_named(model, conn->server, NULL, NULL);
    }
}

/* Who logs on with this exchange: the latest user of the connection may be another. */
static void note_setup_user(smbt_conn *conn, const smbt_session_setup_request *r, bool first_leg)
{
    const char *domain = r->word_count == 12 ? r->auth.domain.s : r->domain.s;
    const char *user = r->word_count == 12 ? r->auth.user.s : r->account.s;
    if (first_leg || r->auth.ntlm_type == 1 || r->auth.anonymous) smbt_ref_clear(&conn->setup_user);
    if (!*user) return;
    char text[2 * SMBT_NAME_SIZE + 2];
    snprintf(text, sizeof text, "%s%s%s", domain, *domain ? "\\" : "", user);
    smbt_ref_set(&conn->setup_user, text);
}

static void take_claims(smbt_conn *conn, const smbt_session_setup_request *r)
{
    smbt_claims *c = &conn->claims;
    smbt_ref_set(&c->workstation, r->auth.workstation.s);
    if (r->auth.workstation_chars) c->workstation_chars = r->auth.workstation_chars;
    smbt_ref_set(&c->native_os, r->native_os.s);
    smbt_ref_set(&c->native_lan_man, r->native_lan_man.s);
    smbt_ref_set(&c->user, conn->setup_user);
    if (r->auth.mech != SMBT_AUTH_NONE) c->mech = r->auth.mech;
    if (r->has_client_values) {
        c->has_values = true;
        c->max_buffer = r->max_buffer;
        c->max_mpx = r->max_mpx;
    }
    if (r->has_capabilities) {
        c->has_capabilities = true;
        c->capabilities = r->capabilities;
    }
}

static char *ref(char *text)
{
    return text ? g_ref_string_acquire(text) : NULL;
}

/* Matching names against every pattern of every profile for each of many alike connections costs. */
static smbt_profile_mask profiles_of(smbt_model *model, const smbt_claims *c)
{
    if (!c->names_seen) return 0;
    for (gsize i = 0; i < G_N_ELEMENTS(model->kinds); i++) {
        const smbt_kind *k = &model->kinds[i];
        if (k->used && g_strcmp0(k->native_os, c->native_os) == 0 &&
            g_strcmp0(k->native_lan_man, c->native_lan_man) == 0)
            return k->profiles;
    }
    smbt_kind *k = &model->kinds[model->next_kind++ % G_N_ELEMENTS(model->kinds)];
    smbt_ref_clear(&k->native_os);
    smbt_ref_clear(&k->native_lan_man);
    *k = (smbt_kind){.native_os = ref(c->native_os), .native_lan_man = ref(c->native_lan_man), .used = true};
    k->profiles = smbt_profiles_of_client(model->profiles, c->native_os, c->native_lan_man, true);
    return k->profiles;
}

/* Which profiles the client can be. The names stand at the end: captured whole, or not at all. */
static void identify_client(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block)
{
    smbt_claims *c = &conn->claims;
    if (model->chosen.client) {
        conn->client_profiles = model->chosen.client;
        conn->client_identified = true;
        return;
    }
    c->names_seen |= block->has_bytes && block->bytes.captured == block->bytes.declared;
    conn->client_profiles = profiles_of(model, c);
    conn->client_identified = conn->client_profiles != 0;
}

void smbt_smb1_setup_request(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                             const smbt_smb1_header *h, const smbt_at *at)
{
    smbt_session_setup_request r;
    conn->setup_seen = true;
    if (h->has_ids && h->uid) smbt_zero_vc_went_on(conn, at); /* the next leg: the one before was answered */
    if (h->has_ids) smbt_expiry_reauth(conn, h->uid, at);
    if (!smbt_session_setup_request_decode(block, h->flags2, &r)) {
        /* Cut off before the words: it may have carried VcNumber 0. */
        if (!block->has_words)
            smbt_zero_vc_request(model, conn, false, 0, (h->flags2 & SMBT_SMB1_FLAGS2_EXTSEC) != 0, at);
        return;
    }
    note_setup_user(conn, &r, h->has_ids && h->uid == 0);
    take_claims(conn, &r);
    identify_client(model, conn, block);
    smbt_zero_vc_request(model, conn, r.has_vc_number, r.vc_number, r.extended_security, at);
}

/* Another command follows in the chain. */
static bool goes_on(const smbt_andx_block *block)
{
    smbt_cur words = block->words;
    uint8_t next = smbt_cur_u8(&words);
    return block->word_count > 0 && smbt_cur_ok(&words) && next != SMBT_SMB1_NO_COMMAND;
}

void smbt_smb1_setup_response(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                              const smbt_smb1_header *h, const smbt_request *request, const smbt_at *at)
{
    /* The answer to a setup that the capture lacks: it may have carried VcNumber 0. */
    if (!request) smbt_model_unreadable(conn, at->time);
    smbt_session_setup_response r;
    bool more = h->status == SMBT_STATUS_MORE_PROCESSING;
    /* The first error ends a chain; blocks before it, which have words, succeeded (MS-CIFS 3.3.5.2.4). */
    bool failed = h->has_status && smbt_smb1_status_is_error(h) && !goes_on(block);
    if (smbt_session_setup_response_decode(block, h->flags2, &r)) {
        smbt_model_server_named(model, conn->server, r.native_os.s, r.native_lan_man.s);
        smbt_ref_set(&conn->server->name, r.auth.server_name.s);
    }
    bool vc_zero = smbt_zero_vc_answer(conn, h->has_status && !failed && !more, failed, at);
    if (!failed && h->has_ids)
        smbt_conn_session_setup_done(model, conn, h->uid, conn->setup_user, vc_zero, more,
                                     request ? request->frame : at->frame, at);
    /* A failed logon with the UID of a session removes that session (MS-SMB 3.3.5.3). */
    if (failed && request && request->session) smbt_conn_logoff(model, conn, request->session);
}
