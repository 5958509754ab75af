/* Writes the seeds of corpus/model: short stories, in the form that fuzz_model.c reads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/smb_build.h"

#include <stdio.h>

static const char *folder;

static void save(const char *name, GByteArray *story)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (!g_file_set_contents(path, (const char *)story->data, story->len, NULL))
        fprintf(stderr, "%s: not written\n", path);
    g_byte_array_set_size(story, 0);
}

/* One step with a built message, of which `missing` bytes at the end were not captured. */
static void give(GByteArray *story, unsigned conn, unsigned side, unsigned pause, GByteArray *built,
                 unsigned missing)
{
    gsize len = built->len - 4 - missing;
    sb_u8(story, 0x80 | conn | side << 2);
    sb_u8(story, pause);
    sb_u8(story, built->data[0]);
    sb_u8(story, missing);
    sb_be16(story, (unsigned)len);
    g_byte_array_append(story, built->data + 4, (guint)len);
    g_byte_array_set_size(built, 0);
}

static void event(GByteArray *story, unsigned conn, unsigned what)
{
    sb_u8(story, 0x80 | conn | what << 4);
    sb_u8(story, 1);
}

static sb_header header(unsigned side, guint16 mid, guint32 status)
{
    return (sb_header){.flags = side ? SB_FLAGS_REPLY : 0,
                       .flags2 = SB_FLAGS2_NT_EXT,
                       .pid = 0xfeff,
                       .uid = 100,
                       .tid = 200,
                       .mid = mid,
                       .status = status};
}

static void setup(GByteArray *story, unsigned conn, unsigned words, guint16 vc, guint16 mid, unsigned missing)
{
    g_autoptr(GByteArray) b = g_byte_array_new(), token = g_byte_array_new();
    sb_ntlm_authenticate(
        token, &(sb_ntlm){.flags = 1, .domain = "D", .user = "u", .workstation = "PC", .nt_len = 24});
    sb_msg m;
    sb_header h = header(0, mid, 0);
    sb_begin(&m, b, &h);
    sb_session_setup_request(&m, &(sb_session_setup){.word_count = words,
                                                     .vc_number = vc,
                                                     .blob = words == 12 ? token : NULL,
                                                     .account = "u",
                                                     .native_os = "Windows 5.1"});
    sb_end(&m);
    give(story, conn, 0, 0x41, b, missing);
}

static void setup_answer(GByteArray *story, unsigned conn, guint16 mid, guint32 status, const char *os)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    sb_header h = header(1, mid, status);
    sb_begin(&m, b, &h);
    sb_session_setup_response(&m, &(sb_session_setup){.word_count = 3, .native_os = os});
    sb_end(&m);
    give(story, conn, 1, 0x41, b, 0);
}

static void exchange(GByteArray *story, unsigned conn, unsigned command, guint16 mid, guint32 status)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    for (unsigned side = 0; side < 2; side++) {
        sb_msg m;
        sb_header h = header(side, mid, side ? status : 0);
        sb_begin(&m, b, &h);
        sb_empty(&m, command);
        sb_end(&m);
        give(story, conn, side, 0x85, b, 0);
    }
}

static void files(GByteArray *story, unsigned conn)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    sb_header h = header(0, 5, 0), r = header(1, 5, 0);
    sb_begin(&m, b, &h);
    sb_tree_connect_request(&m, "\\\\S\\D", "?????", 0);
    sb_nt_create_request(&m, "\\a");
    sb_end(&m);
    give(story, conn, 0, 1, b, 0);
    sb_begin(&m, b, &r);
    sb_tree_connect_response(&m, "A:", "NTFS");
    sb_nt_create_response(&m, 0x4000, 0, 0);
    sb_end(&m);
    give(story, conn, 1, 1, b, 0);
    sb_begin(&m, b, &h);
    sb_transaction_request(&m, &(sb_transaction){.command = 0x32, .subcommand = 5, .parameters = 4});
    sb_end(&m);
    give(story, conn, 0, 1, b, 0);
    sb_begin(&m, b, &h);
    sb_close_request(&m, 0x4000);
    sb_end(&m);
    give(story, conn, 0, 1, b, 0);
    sb_begin(&m, b, &h);
    sb_logoff(&m);
    sb_end(&m);
    give(story, conn, 0, 1, b, 0);
}

static void negotiate(GByteArray *story, unsigned conn)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    sb_header h = header(0, 1, 0), r = header(1, 1, 0);
    sb_begin(&m, b, &h);
    sb_negotiate_request(&m, (const char *const[]){"LANMAN1.0", "NT LM 0.12", "SMB 2.???", NULL});
    sb_end(&m);
    give(story, conn, 0, 1, b, 0);
    sb_begin(&m, b, &r);
    sb_negotiate_response(&m,
                          &(sb_negotiate){.word_count = 17, .dialect_index = 1, .capabilities = 0x00800000});
    sb_end(&m);
    give(story, conn, 1, 1, b, 0);
}

static void smb2(GByteArray *story, unsigned conn)
{
    static const guint16 commands[] = {0, 1, 15, 12, 2};
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb2_msg m;
    guint8 guid[16] = {1};
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
        for (unsigned side = 0; side < 2; side++) {
            sb2_begin(&m, b,
                      &(sb2_header){.command = commands[i],
                                    .message_id = i,
                                    .session_id = 7,
                                    .flags = side | (i == 2 && side ? 2u : 0u),
                                    .status = i == 2 && side ? 0x103 : 0});
            if (i == 0 && !side)
                sb2_negotiate_request(&m, guid, (const guint16[]){0x0202}, 1);
            else if (i == 0)
                sb2_negotiate_response(&m, 0x0202, guid, NULL);
            else if (i == 1 && !side)
                sb2_session_setup_request(&m, 0, NULL);
            else
                sb2_simple(&m);
            sb2_end(&m);
            give(story, conn, side, 1, b, 0);
        }
}

static void netbios(GByteArray *story, unsigned conn)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_nbss_request(b, "*SMBSERVER", 0x20, "PC", 0);
    give(story, conn, 0, 1, b, 0);
    sb_nbss_positive(b);
    give(story, conn, 1, 1, b, 0);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 1;
    folder = argv[1];
    g_autoptr(GByteArray) s = g_byte_array_new();
    event(s, 0, 4);
    negotiate(s, 0);
    setup(s, 0, 12, 1, 2, 0);
    setup_answer(s, 0, 2, 0, "Windows 5.1");
    save("logon", s);
    setup(s, 0, 12, 0, 1, 0);
    setup(s, 3, 12, 0, 1, 0);
    setup(s, 1, 13, 0, 1, 0);
    setup(s, 2, 10, 0, 1, 0);
    setup_answer(s, 2, 1, 0, "Unix");
    exchange(s, 0, 0x10, 2, 0);
    save("lapse", s);
    setup(s, 0, 12, 0, 1, 0);
    setup_answer(s, 0, 1, 0xc0000016, "Windows 5.0");
    setup(s, 0, 12, 0, 2, 0);
    setup_answer(s, 0, 2, 0, "Windows 5.1");
    setup(s, 0, 13, 0, 3, 0);
    setup_answer(s, 0, 3, 0, "Windows 5.1");
    exchange(s, 0, 0x10, 4, 0x005b0002);
    save("legs-bad-uid", s);
    setup(s, 0, 12, 0, 1, 60);
    setup(s, 2, 12, 0, 1, 0);
    event(s, 0, 5);
    event(s, 0, 6);
    event(s, 2, 6);
    setup(s, 3, 12, 0, 1, 0);
    save("cut-and-freed", s);
    files(s, 0);
    exchange(s, 0, 0x32, 9, 0xc0000034);
    exchange(s, 0, 0x32, 9, 0);
    save("files", s);
    smb2(s, 2);
    setup(s, 0, 12, 0, 1, 0);
    save("smb2", s);
    event(s, 1, 4);
    netbios(s, 1);
    setup(s, 0, 12, 0, 1, 0);
    event(s, 1, 7);
    setup(s, 1, 12, 0, 1, 0);
    save("netbios", s);
    for (guint16 i = 0; i < 12; i++)
        exchange(s, 0, i, i, 0);
    save("commands", s);
    exchange(s, 0, 0x1a, 1, 0);
    sb_u8(s, 0x84), sb_u8(s, 1), sb_u8(s, 0), sb_u8(s, 9), sb_be16(s, 3), sb_fill(s, 7, 3);
    save("raw", s);
    for (guint16 i = 0; i < 5; i++)
        setup(s, i % 4, 13, (guint16)(i % 2), i, i * 20u);
    save("snap-lengths", s);
    return 0;
}
