/* How frames of several files are named.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/place.h"

#define F(n) (SMBT_FRAME_PLACED + (n))

/* Three frames a file, three files. */
static smbt_place find(uint64_t frame, void *user)
{
    static const char *const names[] = {"a.pcap", "b<1>.pcap", "c.pcap"};
    uint64_t n = frame - SMBT_FRAME_PLACED;
    (void)user;
    if (n < 1 || n > 9) return (smbt_place){.frame = frame};
    return (smbt_place){.file = names[(n - 1) / 3], .label = names[(n - 1) / 3], .frame = (n - 1) % 3 + 1};
}
static const smbt_places places = {.find = find};

static void escape(GString *out, const char *name)
{
    g_autofree char *text = g_markup_escape_text(name, -1);
    g_string_append(out, text);
}

static void test_names(void)
{
    static const struct {
        const char *before, *home_a, *no_home;
    } rows[] = {
        {"frame 4503599627370497", "frame 1", "frame 1 of a.pcap"},
        {"Frame 4503599627370501: x", "Frame 2 of b&lt;1&gt;.pcap: x", "Frame 2 of b&lt;1&gt;.pcap: x"},
        {"(frames 4503599627370498, 4503599627370503)", "(frames 2, 1 of c.pcap)",
         "(frames 2 of a.pcap, 1 of c.pcap)"},
        {"4503599627370495 4503599627370496 4503599627370506",
         "4503599627370495 4503599627370496 4503599627370506",
         "4503599627370495 4503599627370496 4503599627370506"}, /* no frames of these files */
        {"frame 7, 10.0.0.1:445", "frame 7, 10.0.0.1:445", "frame 7, 10.0.0.1:445"},
        {"45035996273704974503599627370497", "45035996273704974503599627370497",
         "45035996273704974503599627370497"},
        {"\xc3\xbc 4503599627370499\xc3\xbc", "\xc3\xbc 3\xc3\xbc", "\xc3\xbc 3 of a.pcap\xc3\xbc"},
        {"", "", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const smbt_naming homes[] = {{&places, F(3)}, {&places, 0}, {NULL, F(3)}};
        const char *const expected[] = {rows[i].home_a, rows[i].no_home, rows[i].before};
        for (gsize k = 0; k < G_N_ELEMENTS(homes); k++) {
            g_autoptr(GString) text = g_string_new("frame 4503599627370497 ");
            gsize from = text->len;
            g_string_append(text, rows[i].before);
            smbt_naming_apply(&homes[k], text, from, escape);
            g_assert_cmpstr(text->str + from, ==, expected[k]);
            g_assert_true(
                g_str_has_prefix(text->str, "frame 4503599627370497 ")); /* what stood before stays */
        }
    }
}

static void test_elsewhere(void)
{
    const smbt_naming here = {&places, F(4)}, nowhere = {&places, 0}, one_file = {NULL, 4};
    g_assert_false(smbt_naming_is_elsewhere(&here, F(6)));
    g_assert_true(smbt_naming_is_elsewhere(&here, F(7)));
    g_assert_false(smbt_naming_is_elsewhere(&here, 7)); /* it is not placed */
    g_assert_true(smbt_naming_is_elsewhere(&nowhere, F(6)));
    g_assert_false(smbt_naming_is_elsewhere(&one_file, 7));
    g_assert_cmpuint(smbt_place_of(&places, F(6)).frame, ==, 3);
    g_assert_cmpuint(smbt_place_of(&places, 6).frame, ==, 6);
    g_assert_cmpuint(smbt_place_of(NULL, F(6)).frame, ==, F(6));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/place/names", test_names);
    g_test_add_func("/place/elsewhere", test_elsewhere);
    return g_test_run();
}
