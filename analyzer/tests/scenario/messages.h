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
};

#define SCN_MORE_PROCESSING 0xc0000016u

void scn_smb1_request(scn_world *w, scn_conn *c, GByteArray *out, int op, guint64 mid);
void scn_smb1_answer(scn_world *w, scn_conn *c, GByteArray *out, int op, guint64 mid, guint32 status,
                     guint64 session);
void scn_smb2_request(scn_world *w, scn_conn *c, GByteArray *out, int op, guint64 mid);
void scn_smb2_answer(scn_world *w, scn_conn *c, GByteArray *out, int op, guint64 mid, guint32 status,
                     guint64 session);

/* The security blob of the request of c->leg, and of the answer to it. */
GByteArray *scn_logon_token(scn_world *w, const scn_conn *c);
GByteArray *scn_logon_answer_token(const scn_conn *c, guint32 status);
/* The number of the session that a message of this kind belongs to; 0: none. */
guint64 scn_session_of(scn_world *w, const scn_conn *c, int op);

#endif
