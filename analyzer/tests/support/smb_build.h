/* Builders of SMB messages: what the decoders of the analyzer read, written from the same specifications but
 * sharing no code with them.
 *
 * Everything appends to a GByteArray. An SMB1 message is begun, gets one block or a chain of AndX blocks, and
 * is ended:
 *
 *   sb_msg m;
 *   sb_begin(&m, out, &(sb_header){.flags2 = SB_FLAGS2_NT, .pid = 0xfeff, .mid = 64});
 *   sb_session_setup_request(&m, &(sb_session_setup){.word_count = 13, .account = "alice"});
 *   sb_tree_connect_request(&m, "\\\\SRV\\DATA", "?????", 0);
 *   sb_end(&m);
 *
 * The header's command is that of the first block. Strings are UTF-8 here and become UTF-16LE when Flags2
 * says Unicode, else they go out as they are. NULL strings are empty ones.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_SUPPORT_SMB_BUILD_H
#define SMBT_TESTS_SUPPORT_SMB_BUILD_H

#include <glib.h>

/* ---- Bytes ---- */

void sb_u8(GByteArray *out, unsigned v);
void sb_le16(GByteArray *out, unsigned v);
void sb_le32(GByteArray *out, guint32 v);
void sb_le64(GByteArray *out, guint64 v);
void sb_be16(GByteArray *out, unsigned v);
void sb_be32(GByteArray *out, guint32 v);
void sb_fill(GByteArray *out, unsigned byte, gsize n);
void sb_oem(GByteArray *out, const char *s);   /* without a NUL */
void sb_utf16(GByteArray *out, const char *s); /* without a NUL */
void sb_append(GByteArray *out, const GByteArray *more);
void sb_set_le16(GByteArray *out, gsize at, unsigned v);
void sb_set_le32(GByteArray *out, gsize at, guint32 v);
void sb_set_be32(GByteArray *out, gsize at, guint32 v);

/* ---- NetBIOS session service, direct TCP ---- */

void sb_nbss(GByteArray *out, unsigned type, gsize len); /* the four bytes */
void sb_nbss_request(GByteArray *out, const char *called, unsigned called_suffix, const char *calling,
                     unsigned calling_suffix);
void sb_nbss_name(GByteArray *out, const char *name, unsigned suffix); /* 34 bytes */
void sb_nbss_positive(GByteArray *out);
void sb_nbss_negative(GByteArray *out, unsigned code);
void sb_nbss_keepalive(GByteArray *out);

/* ---- SMB1 ---- */

#define SB_FLAGS_REPLY     0x80
#define SB_FLAGS2_EXTSEC   0x0800
#define SB_FLAGS2_NTSTATUS 0x4000
#define SB_FLAGS2_UNICODE  0x8000
#define SB_FLAGS2_NT       (SB_FLAGS2_NTSTATUS | SB_FLAGS2_UNICODE)
#define SB_FLAGS2_NT_EXT   (SB_FLAGS2_NT | SB_FLAGS2_EXTSEC)

typedef struct sb_header {
    guint32 status;
    guint8 flags;
    guint16 flags2;
    guint32 pid;
    guint16 tid, uid, mid;
} sb_header;

typedef struct sb_msg {
    GByteArray *out;
    gboolean unicode;
    gboolean bare; /* without NBSS bytes */
    gsize nbss;    /* where the NBSS bytes are */
    gsize start;   /* where the SMB header is */
    gsize link;    /* where the last AndX block has its AndXCommand; 0: nothing to link */
    gsize block;   /* where the last block has its WordCount */
    gsize bytes;   /* where the last block has its ByteCount; 0: not begun */
    unsigned blocks;
} sb_msg;

void sb_begin(sb_msg *m, GByteArray *out, const sb_header *header);      /* with NBSS bytes */
void sb_begin_bare(sb_msg *m, GByteArray *out, const sb_header *header); /* from the SMB header on */
void sb_end(sb_msg *m);                                                  /* fills in the NBSS length */

/* A block by hand: begin, words to m->out, sb_bytes, bytes to m->out, sb_block_end, which fills in the
 * counts. For an AndX command sb_block_begin writes the first two words. */
void sb_block_begin(sb_msg *m, unsigned command, gboolean andx);
void sb_bytes(sb_msg *m);
void sb_block_end(sb_msg *m);
void sb_pad_to_even(sb_msg *m); /* counted from the SMB header */
/* A NUL-terminated string, padded for Unicode. */
void sb_text(sb_msg *m, const char *s);

/* WordCount 0, ByteCount 0: error responses, interim responses, plain successes, simple requests. */
void sb_empty(sb_msg *m, unsigned command);

void sb_negotiate_request(sb_msg *m, const char *const *dialects); /* ended by NULL */
typedef struct sb_negotiate {
    unsigned word_count; /* 17, 13, 1 */
    guint16 dialect_index;
    guint8 security_mode;
    guint16 max_mpx, max_vcs;
    guint32 max_buffer, session_key, capabilities; /* bit 31: GUID and blob in place of the challenge */
    guint64 system_time;
    gint16 time_zone;
    guint8 server_guid[16];
    const GByteArray *blob;
    const char *domain;
} sb_negotiate;
void sb_negotiate_response(sb_msg *m, const sb_negotiate *n);

typedef struct sb_session_setup {
    unsigned word_count; /* 10, 12, 13; response: 3, 4 */
    guint16 max_buffer, max_mpx, vc_number;
    guint32 session_key, capabilities;
    const GByteArray *blob; /* 12 words, 4 words */
    gsize oem_password_len, unicode_password_len;
    const char *account, *domain; /* response: domain only */
    const char *native_os, *native_lan_man;
    guint16 action; /* response */
} sb_session_setup;
void sb_session_setup_request(sb_msg *m, const sb_session_setup *s);
void sb_session_setup_response(sb_msg *m, const sb_session_setup *s);
void sb_logoff(sb_msg *m); /* request and response */

void sb_tree_connect_request(sb_msg *m, const char *path, const char *service, unsigned flags);
void sb_tree_connect_response(sb_msg *m, const char *service, const char *file_system);
void sb_old_tree_connect_request(sb_msg *m, const char *path, const char *service); /* 0x70 */
void sb_old_tree_connect_response(sb_msg *m, unsigned tid);
void sb_tree_disconnect(sb_msg *m);

void sb_nt_create_request(sb_msg *m, const char *path);
void sb_nt_create_response(sb_msg *m, unsigned fid, unsigned oplock_level, unsigned resource_type);
void sb_open_andx_request(sb_msg *m, const char *path);
void sb_open_andx_response(sb_msg *m, unsigned fid, unsigned file_type, unsigned action);
void sb_old_open_request(sb_msg *m, unsigned command, const char *path); /* 0x02 0x03 0x0e 0x0f 0xc0 */
void sb_old_open_response(sb_msg *m, unsigned command, unsigned fid);
void sb_close_request(sb_msg *m, unsigned fid);
void sb_read_andx_request(sb_msg *m, unsigned fid, guint32 offset, unsigned count);
void sb_read_andx_response(sb_msg *m, gsize len); /* that many bytes of data */
void sb_write_andx_request(sb_msg *m, unsigned fid, guint32 offset, gsize len);
void sb_write_andx_response(sb_msg *m, unsigned count);
/* LOCKING_ANDX without ranges: an oplock break from the server, or its acknowledgement (type 0x02). */
void sb_locking_andx(sb_msg *m, unsigned fid, unsigned type, unsigned oplock_level);
void sb_echo_request(sb_msg *m, unsigned count, gsize len);
void sb_echo_response(sb_msg *m, unsigned sequence, gsize len);

typedef struct sb_transaction {
    unsigned command; /* 0x25 0x26 0x32 0x33 0xa0 0xa1 */
    guint16 subcommand;
    gsize total_parameters, total_data; /* 0: as many as in this part */
    gsize parameters, data;
    const char *name; /* 0x25: "\\PIPE\\" */
    /* In place of filler; `parameters` then counts for nothing. */
    const GByteArray *parameter_bytes;
    const GByteArray *setup;      /* behind the subcommand; NULL: FID 0x4000 for 0x25, else nothing */
    gsize parameter_displacement; /* response */
} sb_transaction;
void sb_transaction_request(sb_msg *m, const sb_transaction *t);
void sb_transaction_response(sb_msg *m, const sb_transaction *t);

/* ---- SMB1: searches, opens by transaction, requests on a file (smb_build_search.c, smb_build_fids.c) ----
 */

void sb_find_first2_request(sb_msg *m, unsigned flags, const char *path);
void sb_find_first2_response(sb_msg *m, unsigned sid, unsigned count, gboolean end_of_search);
void sb_find_next2_request(sb_msg *m, unsigned sid, unsigned flags);
void sb_find_next2_response(sb_msg *m, unsigned count, gboolean end_of_search);
void sb_find_close2_request(sb_msg *m, unsigned sid);
/* 0x81 to 0x84. `server_key`: five bytes, or NULL to start. */
void sb_old_search_request(sb_msg *m, unsigned command, const char *path, const guint8 *server_key);
void sb_old_search_response(sb_msg *m, unsigned command,
                            unsigned count); /* with the entries' 43 bytes each */

void sb_trans2_open2_request(sb_msg *m, unsigned flags, const char *path);
void sb_trans2_open2_response(sb_msg *m, unsigned fid, unsigned attributes, unsigned resource_type,
                              unsigned action);
void sb_nt_transact_create_request(sb_msg *m, guint32 flags, const char *path);
void sb_nt_transact_create_response(sb_msg *m, unsigned fid, unsigned oplock_level, guint32 attributes,
                                    unsigned resource_type);
void sb_nt_create_response_attributes(sb_msg *m, unsigned fid, unsigned oplock_level, guint32 attributes,
                                      unsigned resource_type);

void sb_pipe_request(sb_msg *m, unsigned subcommand, unsigned fid); /* TRANSACTION: 0x26 ... */
void sb_notify_change_request(sb_msg *m, unsigned fid);
void sb_nt_ioctl_request(sb_msg *m, guint32 function_code, unsigned fid);
/* TRANSACTION2 or NT_TRANSACT whose parameters begin with the FID: QUERY_FILE_INFORMATION ... */
void sb_transaction_fid_request(sb_msg *m, unsigned command, unsigned subcommand, unsigned fid);
void sb_transaction_empty_response(sb_msg *m, unsigned command); /* without parameters and data */

/* LOCKING_ANDX with ranges of ten bytes each. */
void sb_locking_ranges(sb_msg *m, unsigned fid, unsigned type, guint32 timeout, unsigned unlocks,
                       unsigned locks);
/* READ 0x0a, WRITE 0x0b, WRITE_AND_CLOSE 0x2c: the two write `count` bytes. */
void sb_old_io_request(sb_msg *m, unsigned command, unsigned fid, unsigned count);
void sb_read_raw_request(sb_msg *m, unsigned fid, unsigned count);
/* A command whose words begin with the FID and hold nothing else: FLUSH 0x05, QUERY_INFORMATION2 0x23 ... */
void sb_fid_request(sb_msg *m, unsigned command, unsigned fid);

/* ---- Security blobs ---- */

#define SB_NTLM_UNICODE     0x00000001u
#define SB_NTLM_DOMAIN      0x00001000u /* type 1 carries a domain */
#define SB_NTLM_WORKSTATION 0x00002000u /* type 1 carries a workstation */

typedef struct sb_ntlm {
    guint32 flags;
    const char *domain, *user, *workstation; /* type 1, 3 */
    const char *target, *server_name;        /* type 2 */
    gsize lm_len, nt_len;                    /* type 3: answers */
    gboolean short_form;                     /* type 3: without session key and flags */
} sb_ntlm;
void sb_ntlm_negotiate(GByteArray *out, const sb_ntlm *n);    /* type 1 */
void sb_ntlm_challenge(GByteArray *out, const sb_ntlm *n);    /* type 2 */
void sb_ntlm_authenticate(GByteArray *out, const sb_ntlm *n); /* type 3 */

enum sb_mech { SB_MECH_NTLM, SB_MECH_KRB5, SB_MECH_MS_KRB5 };
void sb_der(GByteArray *out, unsigned tag, const GByteArray *contents);
/* token may be NULL. */
void sb_spnego_init(GByteArray *out, const enum sb_mech *mechs, gsize n_mechs, const GByteArray *token);
/* mech -1: no supportedMech. */
void sb_spnego_response(GByteArray *out, int state, int mech, const GByteArray *token);
/* A GSS-framed AP-REQ whose ticket has n bytes of nothing in it. */
void sb_kerberos_token(GByteArray *out, gsize n);

/* ---- SMB2 ---- */

typedef struct sb2_header {
    guint16 command;
    guint32 status, flags, next;
    guint64 message_id, async_or_tree_id, session_id;
} sb2_header;

typedef struct sb2_msg {
    GByteArray *out;
    gboolean bare;
    gsize nbss, start;
} sb2_msg;

void sb2_begin(sb2_msg *m, GByteArray *out, const sb2_header *header);
void sb2_begin_bare(sb2_msg *m, GByteArray *out, const sb2_header *header);
/* Ends one message of a compound, sets NextCommand and begins the next. */
void sb2_next(sb2_msg *m, const sb2_header *header);
void sb2_end(sb2_msg *m);

void sb2_negotiate_request(sb2_msg *m, const guint8 client_guid[16], const guint16 *dialects, gsize n);
void sb2_negotiate_response(sb2_msg *m, unsigned dialect, const guint8 server_guid[16],
                            const GByteArray *blob);
void sb2_session_setup_request(sb2_msg *m, guint64 previous_session_id, const GByteArray *blob);
void sb2_session_setup_response(sb2_msg *m, unsigned flags, const GByteArray *blob);
void sb2_tree_connect_request(sb2_msg *m, const char *path);
void sb2_tree_connect_response(sb2_msg *m, unsigned share_type);
void sb2_simple(sb2_msg *m); /* LOGOFF, TREE_DISCONNECT, ECHO: request and response; CANCEL */
void sb2_error(sb2_msg *m);
void sb2_create_request(sb2_msg *m, const char *path);
void sb2_create_response(sb2_msg *m, guint64 persistent_id, guint64 volatile_id);
void sb2_close_request(sb2_msg *m, guint64 persistent_id, guint64 volatile_id);
void sb2_close_response(sb2_msg *m);
void sb2_read_request(sb2_msg *m, guint64 persistent_id, guint64 volatile_id, guint64 offset, guint32 len);
void sb2_read_response(sb2_msg *m, gsize len);
/* An encrypted message of n bytes behind the transform header. */
void sb2_transform(GByteArray *out, guint64 session_id, gsize n);

#endif
