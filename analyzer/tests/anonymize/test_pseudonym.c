/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/pseudonym.h"

#include "anonymize/cipher.h"

static smbt_anon_key *key;

static char *oem(enum smbt_anon_kind kind, const char *text)
{
    size_t n = strlen(text);
    char *out = g_malloc0(n + 1);
    smbt_pseudonym_text(key, kind, SMBT_ANON_OEM, (const uint8_t *)text, (uint8_t *)out, n);
    return out;
}

static char *utf16(enum smbt_anon_kind kind, const char *text)
{
    glong units;
    g_autofree gunichar2 *in = g_utf8_to_utf16(text, -1, NULL, &units, NULL);
    size_t n = 2 * (size_t)units;
    g_autofree uint8_t *bytes = g_malloc(n + 1), *out = g_malloc(n + 1);
    for (glong i = 0; i < units; i++) {
        bytes[2 * i] = (uint8_t)in[i];
        bytes[2 * i + 1] = (uint8_t)(in[i] >> 8);
    }
    smbt_pseudonym_text(key, kind, SMBT_ANON_UTF16, bytes, out, n);
    for (glong i = 0; i < units; i++)
        in[i] = (gunichar2)(out[2 * i] | out[2 * i + 1] << 8);
    return g_utf16_to_utf8(in, units, NULL, NULL, NULL);
}

#define assert_kept(kind, text)                                                                              \
    do {                                                                                                     \
        g_autofree char *kept = oem(kind, text);                                                             \
        g_assert_cmpstr(kept, ==, text);                                                                     \
    } while (0)

static void test_shape(void)
{
    const char *name = "Acct-PC 01_x.y$";
    g_autofree char *out = oem(SMBT_ANON_NAME, name);
    g_assert_cmpuint(strlen(out), ==, strlen(name));
    for (size_t i = 0; name[i]; i++) {
        g_assert_cmpint(!!g_ascii_isupper(name[i]), ==, !!g_ascii_isupper(out[i]));
        g_assert_cmpint(!!g_ascii_islower(name[i]), ==, !!g_ascii_islower(out[i]));
        g_assert_cmpint(!!g_ascii_isdigit(name[i]), ==, !!g_ascii_isdigit(out[i]));
        if (!g_ascii_isalnum(name[i])) g_assert_cmpint(name[i], ==, out[i]);
    }
    g_assert_cmpstr(out, !=, name);
}

static void test_one_name(void)
{
    g_autofree char *upper = oem(SMBT_ANON_NAME, "ACCT-PC01"), *lower = oem(SMBT_ANON_NAME, "acct-pc01"),
                    *wide = utf16(SMBT_ANON_NAME, "Acct-Pc01"),
                    *in_path = utf16(SMBT_ANON_PATH, "\\\\acct-pc01\\d"),
                    *full = oem(SMBT_ANON_NAME, "acct-pc01.example"),
                    *account = oem(SMBT_ANON_NAME, "ACCT-PC01$");
    g_assert_cmpint(g_ascii_strcasecmp(upper, lower), ==, 0);
    g_assert_cmpint(g_ascii_strcasecmp(upper, wide), ==, 0);
    g_assert_true(g_str_has_prefix(in_path + 2, lower));
    g_assert_true(g_str_has_prefix(full, lower));
    g_assert_true(g_str_has_prefix(account, upper));
}

static void assert_all_differ(const char *format, unsigned count)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < count; i++) {
        char name[32];
        if (strcmp(format, "letters") == 0)
            g_snprintf(name, sizeof name, "%c%c", 'a' + i / 26, 'a' + i % 26);
        else
            g_snprintf(name, sizeof name, format, i);
        g_assert_true(g_hash_table_add(seen, oem(SMBT_ANON_NAME, name)));
    }
}

static void test_no_two_become_one(void)
{
    assert_all_differ("letters", 26 * 26);
    assert_all_differ("%u", 10);
    assert_all_differ("%03u", 1000);
    assert_all_differ("pc-%04u", 10000);
}

/* No character stays more often than chance has it, nor when another one of the name changes. */
static void test_every_character_matters(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    unsigned kept[8] = {0}, same[8] = {0};
    for (unsigned round = 0; round < 400; round++) {
        char name[9] = {0};
        for (unsigned i = 0; i < 8; i++)
            name[i] = (char)g_rand_int_range(rand, 'a', 'z' + 1);
        g_autofree char *one = oem(SMBT_ANON_NAME, name);
        for (unsigned i = 0; i < 8; i++)
            kept[i] += one[i] == name[i];
        unsigned changed = round % 8;
        name[changed] = name[changed] == 'z' ? 'a' : (char)(name[changed] + 1);
        g_autofree char *other = oem(SMBT_ANON_NAME, name);
        for (unsigned i = 0; i < 8; i++)
            same[i] += one[i] == other[i];
    }
    for (unsigned i = 0; i < 8; i++) { /* 400 / 26 is 15 */
        g_assert_cmpuint(kept[i], <, 40);
        g_assert_cmpuint(same[i], <, 40);
    }
}

static void test_keys_differ(void)
{
    smbt_anon_key *mine = key;
    g_autofree char *one = oem(SMBT_ANON_NAME, "fileserver");
    smbt_anonymize_cipher cipher = t_cipher("another");
    key = smbt_anon_key_new(&cipher);
    g_autofree char *other = oem(SMBT_ANON_NAME, "fileserver");
    smbt_anon_key_free(key);
    key = mine;
    g_assert_cmpstr(one, !=, other);
    g_hash_table_remove_all(key->pseudonyms);
    g_autofree char *again = oem(SMBT_ANON_NAME, "fileserver");
    g_assert_cmpstr(one, ==, again);
}

/* Names that many hosts have say of nobody who he is, and tell none apart: copies must be judged alike. */
static void test_nobodys(void)
{
    assert_kept(SMBT_ANON_NAME, "localhost");
    assert_kept(SMBT_ANON_NAME, "LOCALHOST.localdomain");
    assert_kept(SMBT_ANON_NAME, "WORKSTATION");
    assert_kept(SMBT_ANON_PATH, "\\\\localhost");
    g_autofree char *longer = oem(SMBT_ANON_NAME, "WORKSTATION1"),
                    *within = oem(SMBT_ANON_NAME, "localhost.corp");
    g_assert_null(strstr(longer, "WORKSTATION"));
    g_assert_true(g_str_has_prefix(within, "localhost."));
    g_assert_null(strstr(within, "corp"));
}

static void test_path(void)
{
    assert_kept(SMBT_ANON_PATH, "\\PIPE\\srvsvc");
    assert_kept(SMBT_ANON_PATH, "IPC$");
    assert_kept(SMBT_ANON_PATH, "C$");
    assert_kept(SMBT_ANON_PATH, "*SMBSERVER");
    assert_kept(SMBT_ANON_PATH, "\\*.*");
    g_autofree char *path = oem(SMBT_ANON_PATH, "\\\\10.50.0.10\\IPC$"),
                    *name = oem(SMBT_ANON_NAME, "SRVSVC"), *longer = oem(SMBT_ANON_PATH, "\\srvsvc2");
    g_assert_true(g_str_has_suffix(path, "\\IPC$"));
    g_assert_null(strstr(path, "10.50.0.10"));
    g_assert_cmpstr(name, !=, "SRVSVC"); /* a machine may be called so */
    g_assert_cmpstr(longer, !=, "\\srvsvc2");
}

static void test_product(void)
{
    assert_kept(SMBT_ANON_PRODUCT, "Windows Server 2003 R2 3790 Service Pack 2");
    assert_kept(SMBT_ANON_PRODUCT, "Windows 2002 2600 Service Pack 3");
    assert_kept(SMBT_ANON_PRODUCT, "Samba 4.17.12-Debian");
    assert_kept(SMBT_ANON_PRODUCT, "CIFS VFS Client for Linux");
    assert_kept(SMBT_ANON_PRODUCT, "Windows for Workgroups 3.1a");
    assert_kept(SMBT_ANON_PRODUCT, "DOS LM1.2X002");
    assert_kept(SMBT_ANON_PRODUCT, "SMB 2.???");
    assert_kept(SMBT_ANON_PRODUCT, "?????");
    g_autofree char *named = oem(SMBT_ANON_PRODUCT, "Samba 4.1 of payroll 123456");
    g_assert_true(g_str_has_prefix(named, "Samba 4.1 of "));
    g_assert_null(strstr(named, "payroll"));
    g_assert_null(strstr(named, "123456"));
    assert_kept(SMBT_ANON_PRODUCT, "Windows 5.1.2600.1");
    assert_kept(SMBT_ANON_PRODUCT, "Samba 3.0.28");
    g_autofree char *address = oem(SMBT_ANON_PRODUCT, "Samba 10.50.0.10"),
                    *path = oem(SMBT_ANON_PRODUCT, "\\\\10650.0.10\\samba");
    g_assert_true(g_str_has_prefix(address, "Samba "));
    g_assert_null(strstr(address, "10.50.0.10"));
    g_assert_null(strstr(path, "10650"));
    g_assert_null(strstr(path, "samba"));
}

static void test_other_scripts(void)
{
    const char *cyrillic =
        "\xd0\x91\xd1\x83\xd1\x85\xd0\xb3\xd0\xb0\xd0\xbb\xd1\x82\xd0\xb5\xd1\x80"; /* 9 letters */
    g_autofree char *out = utf16(SMBT_ANON_NAME, cyrillic);
    g_assert_cmpstr(out, !=, cyrillic);
    g_assert_cmpint(g_utf8_strlen(out, -1), ==, 9);
    for (const char *p = out; *p; p = g_utf8_next_char(p))
        g_assert_cmpint(g_unichar_get_script(g_utf8_get_char(p)), ==, G_UNICODE_SCRIPT_CYRILLIC);
    g_autofree char *umlaut = utf16(SMBT_ANON_NAME, "M\xc3\xbcller"),
                    *plain = utf16(SMBT_ANON_NAME, "Muller");
    g_assert_cmpstr(umlaut, !=, plain);
    /* A byte of an unknown code page is shown as a replacement character: so is what stands for it. */
    g_autofree char *code_page = oem(SMBT_ANON_NAME, "M\xfcller"),
                    *another = oem(SMBT_ANON_NAME, "M\xe4ller");
    g_assert_cmpstr(code_page, ==, another);
    g_assert_cmpint((uint8_t)code_page[1], >=, 0x80);
}

static void test_ends_at_nul(void)
{
    const uint8_t in[8] = {'a', 'b', 0, 's', 'e', 'c', 'r', 't'};
    uint8_t out[8] = {0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee};
    const uint8_t zero[6] = {0};
    smbt_pseudonym_text(key, SMBT_ANON_NAME, SMBT_ANON_OEM, in, out, sizeof in);
    g_assert_cmpmem(out + 2, 6, zero, 6);
    g_assert_true(g_ascii_islower(out[0]) && g_ascii_islower(out[1]));
    smbt_pseudonym_text(key, SMBT_ANON_NAME, SMBT_ANON_UTF16, in, out, 1); /* half a unit */
    g_assert_cmpuint(out[0], ==, 0);
}

static void test_secret(void)
{
    g_autofree char *out = oem(SMBT_ANON_SECRET, "pa55-Wd");
    g_assert_cmpstr(out, ==, "xxxxxxx");
}

static void test_every_length(void)
{
    g_autoptr(GString) name = g_string_new(NULL);
    for (unsigned n = 0; n < 300; n++) {
        g_autofree char *out = oem(SMBT_ANON_PATH, name->str);
        g_assert_cmpuint(strlen(out), ==, n);
        if (n > 8) g_assert_cmpstr(out, !=, name->str);
        g_string_append_c(name, (char)('a' + n % 26));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    smbt_anonymize_cipher cipher = t_cipher("k");
    key = smbt_anon_key_new(&cipher);
    g_test_add_func("/pseudonym/shape", test_shape);
    g_test_add_func("/pseudonym/one-name-one-pseudonym", test_one_name);
    g_test_add_func("/pseudonym/no-two-become-one", test_no_two_become_one);
    g_test_add_func("/pseudonym/every-character-matters", test_every_character_matters);
    g_test_add_func("/pseudonym/keys-differ", test_keys_differ);
    g_test_add_func("/pseudonym/nobodys", test_nobodys);
    g_test_add_func("/pseudonym/path", test_path);
    g_test_add_func("/pseudonym/product", test_product);
    g_test_add_func("/pseudonym/other-scripts", test_other_scripts);
    g_test_add_func("/pseudonym/ends-at-nul", test_ends_at_nul);
    g_test_add_func("/pseudonym/secret", test_secret);
    g_test_add_func("/pseudonym/every-length", test_every_length);
    int status = g_test_run();
    smbt_anon_key_free(key);
    return status;
}
