/* Writes the seed corpus of fuzz_smb into the folder named on the command line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/smb_build.h"

#include <stdio.h>

enum { SMB1, SMB2, REQUEST, BLOB };

static const char *folder;

static GByteArray *seed_new(unsigned kind)
{
    GByteArray *out = g_byte_array_new();
    sb_u8(out, kind);
    sb_u8(out, 0);
    return out;
}

static void save(GByteArray *out, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_file_set_contents(path, (const char *)out->data, out->len, &error))
        fprintf(stderr, "%s\n", error->message);
    g_byte_array_unref(out);
}

static GByteArray *spnego(unsigned type)
{
    g_autoptr(GByteArray) token = g_byte_array_new();
    GByteArray *out = g_byte_array_new();
    const enum sb_mech mechs[] = {SB_MECH_MS_KRB5, SB_MECH_NTLM};
    const sb_ntlm n = {.flags = SB_NTLM_UNICODE | SB_NTLM_DOMAIN | SB_NTLM_WORKSTATION,
                       .domain = "DOM",
                       .user = "bob",
                       .workstation = "PC1",
                       .target = "SRV",
                       .server_name = "SRV",
                       .lm_len = 4,
                       .nt_len = 4};
    if (type == 1) sb_ntlm_negotiate(token, &n);
    if (type == 2) sb_ntlm_challenge(token, &n);
    if (type == 3) sb_ntlm_authenticate(token, &n);
    if (type == 1)
        sb_spnego_init(out, mechs, 2, token);
    else
        sb_spnego_response(out, 1, type == 2 ? SB_MECH_NTLM : -1, token);
    return out;
}

static void save_smb1_sessions(void)
{
    const sb_header unicode = {.flags2 = SB_FLAGS2_NT_EXT, .pid = 0xfeff, .mid = 64};
    for (unsigned type = 1; type <= 3; type++) {
        g_autoptr(GByteArray) blob = spnego(type);
        sb_session_setup s = {
            .word_count = type == 2 ? 4 : 12, .blob = blob, .native_os = "OS", .native_lan_man = "LM"};
        sb_msg m;
        GByteArray *out = seed_new(SMB1);
        sb_begin_bare(&m, out, &unicode);
        if (type == 2)
            sb_session_setup_response(&m, &s);
        else
            sb_session_setup_request(&m, &s);
        g_autofree char *name = g_strdup_printf("session-setup-ntlm%u", type);
        save(out, name);
    }
    for (unsigned words = 10; words <= 13; words += 3) {
        sb_session_setup s = {.word_count = words,
                              .account = "bob",
                              .domain = "DOM",
                              .native_os = "OS",
                              .native_lan_man = "LM",
                              .oem_password_len = 4,
                              .unicode_password_len = 4};
        sb_msg m;
        GByteArray *out = seed_new(SMB1);
        sb_begin_bare(&m, out, &(sb_header){.flags2 = words == 13 ? SB_FLAGS2_NT : 0});
        sb_session_setup_request(&m, &s);
        sb_tree_connect_request(&m, "\\\\S\\IPC$", "?????", 1);
        save(out, words == 10 ? "session-setup-10" : "session-setup-13-tree");
    }
}

static void save_smb1_others(void)
{
    const sb_header h = {.flags2 = SB_FLAGS2_NT, .mid = 1};
    const char *const dialects[] = {"NT LM 0.12", "SMB 2.002", NULL};
    sb_msg m;
    GByteArray *out = seed_new(SMB1);
    sb_begin_bare(&m, out, &h);
    sb_negotiate_request(&m, dialects);
    save(out, "negotiate");

    out = seed_new(SMB1);
    sb_begin_bare(&m, out, &h);
    sb_negotiate_response(&m, &(sb_negotiate){.word_count = 17, .capabilities = 0x8000f3fd});
    save(out, "negotiate-response");

    out = seed_new(SMB1);
    sb_begin_bare(&m, out, &h);
    sb_nt_create_request(&m, "\\a.txt");
    save(out, "nt-create");

    out = seed_new(SMB1);
    sb_begin_bare(&m, out, &h);
    sb_nt_create_response(&m, 0x4000, 2, 0);
    sb_read_andx_response(&m, 8);
    save(out, "nt-create-read-response");

    for (unsigned command = 0x25; command <= 0xa1; command++) {
        if (command != 0x25 && command != 0x33 && command != 0xa0 && command != 0xa1) continue;
        out = seed_new(SMB1);
        sb_begin_bare(&m, out, &h);
        sb_transaction_request(&m, &(sb_transaction){.command = command, .parameters = 4, .data = 4});
        g_autofree char *name = g_strdup_printf("transaction-%02x", command);
        save(out, name);
    }
}

static GByteArray *begin_smb1(sb_msg *m)
{
    GByteArray *out = seed_new(SMB1);
    sb_begin_bare(m, out, &(sb_header){.flags2 = SB_FLAGS2_NT, .mid = 2});
    return out;
}

static void save_searches(void)
{
    static const guint8 key[5] = {1, 2, 3, 4, 5};
    sb_msg m;
    GByteArray *out = begin_smb1(&m);
    sb_find_first2_request(&m, 6, "\\*");
    save(out, "find-first2");
    out = begin_smb1(&m);
    sb_find_first2_response(&m, 0x800, 1, FALSE);
    save(out, "find-first2-response");
    out = begin_smb1(&m);
    sb_find_next2_request(&m, 0x800, 2);
    save(out, "find-next2");
    out = begin_smb1(&m);
    sb_old_search_request(&m, 0x81, "\\*", key);
    save(out, "search");
    out = begin_smb1(&m);
    sb_trans2_open2_request(&m, 6, "\\a");
    save(out, "open2");
    out = begin_smb1(&m);
    sb_nt_transact_create_request(&m, 6, "\\a");
    save(out, "nt-transact-create");
    out = begin_smb1(&m);
    sb_nt_transact_create_response(&m, 0x4001, 2, 0x1020, 0);
    save(out, "nt-transact-create-response");
}

static void save_fids(void)
{
    sb_msg m;
    GByteArray *out = begin_smb1(&m);
    sb_pipe_request(&m, 0x26, 0x4001);
    save(out, "pipe");
    out = begin_smb1(&m);
    sb_notify_change_request(&m, 0x4001);
    save(out, "notify-change");
    out = begin_smb1(&m);
    sb_transaction_fid_request(&m, 0x32, 7, 0x4001);
    save(out, "query-file-information");
    out = begin_smb1(&m);
    sb_locking_ranges(&m, 0x4001, 0x10, 1000, 1, 1);
    save(out, "locking");
    out = begin_smb1(&m);
    sb_read_andx_request(&m, 0x4001, 0, 4096);
    save(out, "read-andx");
}

static void save_rest(void)
{
    const guint8 guid[16] = {1};
    const guint16 dialects[] = {0x0202, 0x0210};
    sb2_msg m2;
    GByteArray *out = seed_new(SMB2);
    sb2_begin_bare(&m2, out, &(sb2_header){.command = 0});
    sb2_negotiate_request(&m2, guid, dialects, 2);
    save(out, "smb2-negotiate");

    g_autoptr(GByteArray) blob = spnego(3);
    out = seed_new(SMB2);
    sb2_begin_bare(&m2, out, &(sb2_header){.command = 1});
    sb2_session_setup_request(&m2, 7, blob);
    save(out, "smb2-session-setup");

    out = seed_new(REQUEST);
    sb_nbss_name(out, "*SMBSERVER", 0x20);
    sb_nbss_name(out, "PC1", 0);
    save(out, "nbss-request");

    out = seed_new(BLOB);
    sb_append(out, blob);
    save(out, "blob-ntlm3");
    out = seed_new(BLOB);
    sb_kerberos_token(out, 16);
    save(out, "blob-kerberos");
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    folder = argv[1];
    save_smb1_sessions();
    save_smb1_others();
    save_searches();
    save_fids();
    save_rest();
    return 0;
}
