/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

static bool is_port(const smbt_config *config, unsigned port)
{
    return smbt_config_is_smb_port(config, (uint16_t)port);
}

static unsigned count(const smbt_config *config)
{
    unsigned n = 0;
    for (unsigned port = 0; port <= G_MAXUINT16; port++)
        n += is_port(config, port);
    return n;
}

static void test_usual(void)
{
    smbt_config *config = smbt_config_new();
    g_assert_true(is_port(config, 445));
    g_assert_true(is_port(config, 139));
    g_assert_cmpuint(count(config), ==, 2);
    smbt_config_free(config);
}

static void test_added(void)
{
    static const struct {
        const char *ports;
        unsigned first, last, in_all;
    } cases[] = {
        {"1", 1, 1, 3},
        {"65535", 65535, 65535, 3},
        {"1-65535", 1, 65535, 65535},
        {"4450-4450", 4450, 4450, 3},
        {"445,139,4450", 4450, 4450, 3},
        {" 5000 - 5002 , 4450", 5000, 5002, 6},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        smbt_config *config = smbt_config_new();
        g_autoptr(GError) error = NULL;
        g_assert_true(smbt_config_add_ports(config, cases[i].ports, &error));
        g_assert_no_error(error);
        g_assert_true(is_port(config, cases[i].first));
        g_assert_true(is_port(config, cases[i].last));
        g_assert_cmpuint(count(config), ==, cases[i].in_all);
        smbt_config_free(config);
    }
}

/* What is wrong adds nothing, not even what was right before it. */
static void test_wrong(void)
{
    static const char *const cases[] = {
        "",    " ",    "0",     "65536", "-1",    "4450-", "-4450",      "4460-4450",           "smb",
        "44x", "1,,2", "4450,", "1-2-3", "+4450", "0-10",  "4450,70000", "99999999999999999999"};
    smbt_config *config = smbt_config_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(smbt_config_add_ports(config, cases[i], &error));
        g_assert_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_RANGE);
        g_assert_cmpuint(count(config), ==, 2);
    }
    smbt_config_free(config);
}

static void test_one_after_another(void)
{
    smbt_config *config = smbt_config_new();
    g_assert_true(smbt_config_add_ports(config, "4450", NULL));
    g_assert_true(smbt_config_add_ports(config, "4460", NULL));
    smbt_config *copy = smbt_config_copy(config);
    smbt_config_free(config);
    g_assert_true(is_port(copy, 4450) && is_port(copy, 4460));
    smbt_config_free(copy);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/engine/ports/usual", test_usual);
    g_test_add_func("/engine/ports/added", test_added);
    g_test_add_func("/engine/ports/wrong", test_wrong);
    g_test_add_func("/engine/ports/one-after-another", test_one_after_another);
    return g_test_run();
}
