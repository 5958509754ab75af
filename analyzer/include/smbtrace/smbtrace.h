/* smbtrace: why did this SMB connection end?
 *
 * The only header that callers (cli/, plugin/) include; its parts are record.h, report.h and their like. An
 * engine eats frames in capture order and yields records: ends of connections with their verdict,
 * observations, and, once finished, what it learnt of servers and clients. Render functions turn a record
 * into JSON or text. The library opens no file, reads no clock and keeps no globals; an engine may be used
 * from one thread at a time, several engines run side by side.
 *
 * Memory comes from GLib, which ends the program when it is exhausted. What a capture can make the engine
 * allocate is capped (see smbt_limits); reaching a cap is an observation, `limit-hit`.
 *
 * Strings in records come from packets only after they were made valid UTF-8 without control characters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_SMBTRACE_H
#define SMBTRACE_SMBTRACE_H

#include <glib.h>
#include <smbtrace/names.h>
#include <smbtrace/record.h>
#include <smbtrace/types.h>

#define SMBT_SCHEMA "smbtrace/1"

/* ---- Configuration
 * ------------------------------------------------------------------------------------------- */

#define SMBT_CONFIG_ERROR (smbt_config_error_quark())
GQuark smbt_config_error_quark(void);
enum smbt_config_error { SMBT_CONFIG_ERROR_SYNTAX, SMBT_CONFIG_ERROR_UNKNOWN, SMBT_CONFIG_ERROR_RANGE };

/* What the engine may hold. 0 is no valid cap. */
typedef struct smbt_limits {
    unsigned connections;      /* open at one time */
    unsigned peers;            /* client and server addresses remembered */
    unsigned reorder_bytes;    /* of one direction, waiting for a missing segment */
    unsigned reorder_total;    /* of all connections together */
    unsigned fragment_bytes;   /* of IP datagrams waiting for a fragment */
    unsigned pending_requests; /* of one connection */
    unsigned marks;            /* of all connections together, where sightings are kept */
} smbt_limits;

/* Profiles, the choice among them, single values. Owned by the caller; an engine copies what it needs. */
typedef struct smbt_config smbt_config;

smbt_config *smbt_config_new(void); /* built-in profiles, auto, default limits */
void smbt_config_free(smbt_config *config);

/* Adds the profiles of a key file; later ones replace earlier ones of the same name. `origin` names the file
 * in errors. On failure nothing was added. */
bool smbt_config_add_profiles(smbt_config *config, const char *origin, const char *data, size_t len,
                              GError **error);

/* "server=windows-2003", "client=auto". */
bool smbt_config_choose(smbt_config *config, const char *assignment, GError **error);

/* "server.zero_vc=off": one value over whatever profile is chosen. The error names key, value and range. */
bool smbt_config_set(smbt_config *config, const char *assignment, GError **error);

/* "4450", "4450-4460,10445": TCP ports besides 445 and 139 on which SMB is spoken, with or without NetBIOS. A
 * connection to one of them is SMB's from its first packet on, whether or not it ever carries a message; one
 * on any other port from the first segment that begins with an SMB message, so what went before is not known.
 */
bool smbt_config_add_ports(smbt_config *config, const char *ports, GError **error);
bool smbt_config_is_smb_port(const smbt_config *config, uint16_t port);

void smbt_config_set_limits(smbt_config *config, const smbt_limits *limits);
void smbt_config_get_limits(const smbt_config *config, smbt_limits *ret_limits);

/* Live: a verdict is given as soon as it can be given. Otherwise a verdict that later frames of the same
 * capture could still overthrow is held until they came. */
void smbt_config_set_live(smbt_config *config, bool live);

/* Whether records of ends come with the state of their connection at that moment (smbt_end.state). Off. */
void smbt_config_set_keep_state(smbt_config *config, bool keep_state);

/* Of how many connections, the first ones, it is yielded too what they looked like (SMBT_RECORD_SIGHTING):
 * what a join needs. 0, the default: none; UINT_MAX: all. */
void smbt_config_set_keep_sightings(smbt_config *config, unsigned most);

/* Several files are pushed as one capture, their frames numbered from SMBT_FRAME_PLACED on: where these lie.
 * Texts then name the file of a frame that is not in the same file as what they are about, records carry
 * `places` for their renderers. Borrowed; must outlive the engine and its records. */
void smbt_config_set_places(smbt_config *config, const smbt_places *places);

/* "server.zero_vc=off": an assignment as of smbt_config_set, not to be judged by but to ask what would have
 * happened with it. All of them together are one alternative; a record SMBT_RECORD_WHAT_IF answers at the end
 * of the capture. Every frame is analysed twice then. The error names key, value and range. */
bool smbt_config_what_if(smbt_config *config, const char *assignment, GError **error);

/* Text for `--list profiles`, and for `--explain PROFILE` (every value with its source). NULL when there is
 * no such profile. The caller frees with g_free. */
char *smbt_config_list_profiles(const smbt_config *config);
char *smbt_config_explain_profile(const smbt_config *config, const char *name);

/* Text for `--list keys`: what --set and --what-if can change, the values of each first. The caller frees
 * with g_free. */
char *smbt_config_list_keys(const smbt_config *config);

/* Text for `--list timers`, and for `--explain TIMER`: by its id, its key or the name of its registry value
 * or smb.conf option, upper or lower case. NULL when there is no such timer. The caller frees with g_free. */
char *smbt_config_list_timers(const smbt_config *config);
char *smbt_config_explain_timer(const smbt_config *config, const char *name);

/* All ids that can be explained: of causes and their variants, observations, patterns, timers, profiles.
 * NULL-terminated; the caller frees with g_strfreev. */
char **smbt_config_explained(const smbt_config *config);

/* Text for `--list transitions`: what SMB1 messages make and release, which requests may wait for ever, what
 * obliges a server to close. The caller frees with g_free. */
char *smbt_list_transitions(void);

/* ---- Engine
 * -------------------------------------------------------------------------------------------------- */

typedef struct smbt_engine smbt_engine;

smbt_engine *smbt_engine_new(const smbt_config *config);
void smbt_engine_free(smbt_engine *engine);

/* Takes the next frame. Numbers must rise. A time before the last frame's is taken as the last frame's, and
 * counted. */
void smbt_engine_push(smbt_engine *engine, const smbt_frame *frame);

/* Whether an engine would find TCP in the frame, or an IP fragment that may be TCP's. Pure. For callers that
 * may know more of outer layers: where there is none they can push the IP packet within the frame instead, as
 * LINKTYPE_RAW (101) with the frame's number and time. */
bool smbt_frame_has_tcp(const smbt_frame *frame);

/* What became of the frame that was pushed last. */
enum smbt_frame_kind {
    SMBT_FRAME_OTHER,    /* no TCP, or nothing that could be decoded */
    SMBT_FRAME_FRAGMENT, /* of an IP datagram that is not whole yet, or was given up; may be TCP's */
    SMBT_FRAME_SEGMENT
};

typedef struct smbt_frame_use {
    enum smbt_frame_kind kind;
    bool followed;          /* SEGMENT: of a connection that is taken for SMB */
    smbt_endpoint src, dst; /* of a FRAGMENT without ports; unset of OTHER */
    uint32_t needed;        /* bytes of the frame from its start on: with those behind them cut off, an engine
                               would find the same. Data of files, mostly. At most caplen. */
} smbt_frame_use;

void smbt_engine_get_frame_use(const smbt_engine *engine, smbt_frame_use *ret_use);

/* Says that the capture's clock has reached `now` without a frame: a live source fell silent. */
void smbt_engine_advance(smbt_engine *engine, smbt_time now);

/* Several files as one capture: the next frame is the first of another file, and nothing since the last one
 * was pushed is in any. `hole`: it is known that packets are missing between them. Otherwise they are thought
 * to follow each other, until connections that were seen on both sides say that bytes of them are missing. A
 * hole is the observation `gaps`; what it may hide is not concluded from: clocks run from behind it, and a
 * connection that is not seen again has no end. */
void smbt_engine_seam(smbt_engine *engine, bool hole);

/* Says that the capture is over: decides what can be decided, then yields server, client records. No push
 * after it. `whole` is false when the file broke off: the last frames may be missing. */
void smbt_engine_finish(smbt_engine *engine, bool whole);

/* The next record, or NULL when there is none now. Borrowed until the next call of any function on the
 * engine. */
const smbt_record *smbt_engine_next(smbt_engine *engine);

/* The end of the connection that the latest frame ended, by what is known at that frame; NULL when it ended
 * none. The record that smbt_engine_next yields for it later may differ, or not come. Changes nothing; the
 * record is borrowed as one of smbt_engine_next. */
const smbt_record *smbt_engine_preview(smbt_engine *engine);

/* Valid at any time, final after finish. */
void smbt_engine_get_capture_info(const smbt_engine *engine, smbt_capture_info *ret_info);

#include <smbtrace/anonymize.h>
#include <smbtrace/join.h>
#include <smbtrace/pattern.h>
#include <smbtrace/report.h>
#include <smbtrace/state.h>
#include <smbtrace/what_if.h>

#endif
