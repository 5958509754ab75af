/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/host_name.h"

#include <glib.h>

static void test_compare(void)
{
    static const struct {
        const char *a, *b;
        enum smbt_same_host result;
    } cases[] = {
        {"PC1", "PC1", SMBT_HOST_SAME},
        {"PC1", "pc1", SMBT_HOST_SAME},
        {"PC1", "PC2", SMBT_HOST_DIFFERENT},
        {"PC1", "PC11", SMBT_HOST_DIFFERENT},
        {"PC1", "PC1.corp.example", SMBT_HOST_SAME},
        {"PC1", "pc1-2.corp.example", SMBT_HOST_DIFFERENT},
        {"PC1.a.example", "PC1.b.example", SMBT_HOST_DIFFERENT},
        {"PC1.a", "PC1.a.example", SMBT_HOST_DIFFERENT},
        {"192.168.77.11", "192.168.77.12", SMBT_HOST_DIFFERENT},
        {"localhost", "LOCALHOST", SMBT_HOST_UNDETERMINED},
        {"localhost", "localhost.localdomain", SMBT_HOST_UNDETERMINED},
        {"WORKSTATION", "WORKSTATION", SMBT_HOST_UNDETERMINED},
        {"WORKSTATION", "PC1", SMBT_HOST_DIFFERENT},
        {"WORKSTATION1", "WORKSTATION1", SMBT_HOST_SAME},
        {"", "", SMBT_HOST_SAME},
        {"", ".corp.example", SMBT_HOST_DIFFERENT},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(smbt_host_names_compare(cases[i].a, cases[i].b), ==, cases[i].result);
        g_assert_cmpint(smbt_host_names_compare(cases[i].b, cases[i].a), ==, cases[i].result);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/observe/host-name/compare", test_compare);
    return g_test_run();
}
