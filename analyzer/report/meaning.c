/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/meaning.h"

#include <smbtrace/smbtrace.h>

#include <string.h>

static const struct {
    const char *id, *sentence;
} rows[] = {
    {"zero-vc", "A SESSION_SETUP_ANDX with VcNumber 0 made the server drop the other connections of its "
                "client's address."},
    {"server-idle",
     "The server closed connections that lay unused: nothing was open, nothing pending, and no "
     "request had come for its autodisconnect time (Samba: deadtime)."},
    {"unused-connection", "The server closed connections on which nobody negotiated or logged on within its "
                          "limit."},
    {"forced-logoff", "The server ended connections as the user's logon hours were over."},
    {"protocol-violation", "One side sent something that obliges the other one to close; each finding names "
                           "the frame."},
    {"server-stop", "Every client of the server lost its connections together, and new ones were refused or "
                    "met a fresh server."},
    {"limit-reached", "The server had just answered that a limit on connections, sessions or licences is "
                      "reached, and ended the connection."},
    {"session-replaced", "An SMB2 session setup named the session as its previous one, and the server ended "
                         "that one's connection."},
    {"request-timeout", "A request stayed unanswered for the client's timeout, so the client closed the "
                        "connection."},
    {"client-idle", "The client closed connections that it had not used for its idle time."},
    {"transport-race", "The client tried ports 445 and 139 at once and dropped the connection that came "
                       "second."},
    {"client-close", "The client ended the connection of its own accord."},
    {"auth-failed", "The client gave up after a refused logon."},
    {"negotiate-failed", "The sides had no dialect in common, or one of them refused a downgrade."},
    {"signing-failure", "A signature was bad or missing, and the connection ended over it."},
    {"path-loss", "A side gave up because the other one no longer answered on TCP."},
    {"path-idle-timeout", "A NAT or firewall forgot the connection while it was idle."},
    {"forged-reset", "The RST did not come from the host whose address it bears."},
    {"stale-connection", "A side answered by an RST, as it no longer had the connection that a segment was "
                         "for."},
    {"refused", "A SYN was answered by an RST: nobody listened there, or something turned it away."},
    {"server-close", "The server ended the connection; every modelled rule was checked and none fits."},
    {"unknown", "The capture lacks what would tell why the connection ended; each finding says what."},
    {"oplock-break-timeout", "A client did not answer an oplock break, and another client's open waited for "
                             "it."},
    {"session-expired", "The session's ticket ran out, and the server asked for a new logon."},
    {"search-expired", "A search was continued that the server had closed for being unused."},
    {"zero-vc-not-enforced", "A VcNumber of 0 was sent, and the client's other connections lived on: this "
                             "server lets it pass."},
    {"zero-vc-exposed", "Several hosts share one address towards a server that enforces the rule: the next "
                        "session setup will cut someone off."},
    {"vc-session-cleanup",
     "A VcNumber of 0 closed an older session of the same user on the same connection."},
    {"near-timeout", "An answer came so late that the client was close to giving up."},
    {"echo-probe", "The client asked with an ECHO whether the server is still there."},
    {"server-stalled", "A server answered nobody for a while, on any connection, though several clients "
                       "waited."},
    {"one-sided", "Only one direction of the connection was captured."},
    {"no-answer", "Clients asked for connections, and the server gave no answer at all, not even a refusal."},
    {"reset-ignored", "A reset ended nothing: both sides went on with the connection."},
    {"filtered", "The capture was filtered: ends of connections can't be seen."},
    {"gaps", "Bytes that were sent are missing from the capture."},
    {"limit-hit", "A cap of the analysis was reached: something was left out."},
    {"undecoded", "Frames that may carry SMB could not be decoded."},
};

const char *smbt_meaning(const char *id)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].id, id) == 0) return rows[i].sentence;
    return NULL;
}
