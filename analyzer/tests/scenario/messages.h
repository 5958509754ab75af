/* The messages of a scenario in both versions of the protocol.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_SCENARIO_MESSAGES_H
#define SMBT_TESTS_SCENARIO_MESSAGES_H

#include "scenario/world.h"

enum scn_op {
    SCN_NEGOTIATE,
    SCN_SESSION_SETUP,
    SCN_LOGOFF,
    SCN_TREE_CONNECT,
    SCN_TREE_DISCONNECT,
    SCN_OPEN,
    SCN_CLOSE,
    SCN_READ,
    SCN_WRITE,
    SCN_ECHO,
    SCN_NOTIFY,
    /* SMB1 only */
    SCN_WRITE_AND_CLOSE,
    SCN_FLUSH,
    SCN_LOCK,
    SCN_BREAK,     /* from the server, not answered */
    SCN_BREAK_ACK, /* answered when it carries ranges */
    SCN_NT_CANCEL, /* not answered */
    SCN_FIND_FIRST,
    SCN_FIND_NEXT,
    SCN_FIND_CLOSE2,
    SCN_SEARCH,
    SCN_FIND_CLOSE,
    SCN_TRANSACTION,
    SCN_SECONDARY, /* the next part of a request; not answered */
    SCN_INTERIM,   /* what is answered to its first part */
    SCN_READ_RAW,
    SCN_WRITE_RAW,
    SCN_RAW,            /* data without a header */
    SCN_WRITE_COMPLETE, /* the last answer to WRITE_RAW */
    SCN_PROCESS_EXIT,
};

#define SCN_MORE_PROCESSING 0xc0000016u

void scn_smb1_request(scn_world *w, scn_conn *c, GByteArray *out, const scn_request *r);
void scn_smb1_answer(scn_world *w, scn_conn *c, GByteArray *out, const scn_request *r, guint32 status);
void scn_smb2_request(scn_world *w, scn_conn *c, GByteArray *out, const scn_request *r);
void scn_smb2_answer(scn_world *w, scn_conn *c, GByteArray *out, const scn_request *r, guint32 status);

/* smb1_file.c, smb1_trans.c: the blocks of what has to do with files, and of transactions. */
bool scn_smb1_file_request(sb_msg *m, const scn_request *r);
bool scn_smb1_file_answer(sb_msg *m, const scn_request *r);
/* Part `part` of r->parts. */
void scn_smb1_transaction_request(sb_msg *m, const scn_request *r, unsigned part);
void scn_smb1_transaction_answer(sb_msg *m, const scn_request *r, unsigned part, unsigned parts);

/* request.c: a request's particulars from the words of the line; what they don't say stays as it is. */
void scn_request_read(scn_world *w, scn_conn *c, scn_request *r);
/* What is only known when the answer comes. */
void scn_request_read_answer(scn_world *w, scn_conn *c, scn_request *r);

/* Identifiers on the wire, from numbers that count from 1. */
static inline guint16 scn_fid(const scn_request *r)
{
    return (guint16)(0x4000 + r->fid);
}

static inline guint16 scn_sid(const scn_request *r)
{
    return (guint16)(0x0800 + r->sid);
}

/* The security blob of the request of c->leg, and of the answer to it. */
GByteArray *scn_logon_token(scn_world *w, const scn_conn *c);
GByteArray *scn_logon_answer_token(const scn_conn *c, guint32 status);
/* The number of the session that a message of this kind usually belongs to; 0: none. */
guint64 scn_session_of(const scn_conn *c, unsigned op);

#endif
