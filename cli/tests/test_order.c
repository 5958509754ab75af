/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "order.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

static bool take(const char *bytes, size_t n, void *user)
{
    g_string_append_len(user, bytes, (gssize)n);
    return true;
}

/* More than a spool keeps in memory, of which the file is then cut: less is there than was kept. */
static void test_what_is_lost_is_an_error(void)
{
    struct spool spool = {0};
    struct order *order = order_new();
    g_autofree char *text = g_strnfill(SPOOL_MEMORY + 1, 'x');
    g_autoptr(GString) out = g_string_new(NULL);
    for (int i = 0; i < 2; i++) {
        g_assert_true(spool_append(&spool, text, strlen(text)));
        order_add(order, NULL, strlen(text));
    }
    g_assert_true(order_write(order, &spool, take, out));
    g_assert_cmpuint(out->len, ==, 2 * strlen(text));
    g_assert_cmpint(spool.error, ==, 0);
    g_assert_cmpint(ftruncate(spool.file, 100), ==, 0);
    errno = ENOENT; /* of something else, long ago */
    g_assert_false(order_write(order, &spool, take, out));
    g_assert_cmpint(spool.error, ==, EIO);
    order_free(order);
    spool_clear(&spool);
}

static bool refuse(const char *bytes, size_t n, void *user)
{
    (void)bytes, (void)n, (void)user;
    return false;
}

static void test_a_writer_may_refuse(void)
{
    struct spool spool = {0};
    struct order *order = order_new();
    g_assert_true(order_write(order, &spool, refuse, NULL)); /* nothing to write */
    g_assert_true(spool_append(&spool, "x", 1));
    order_add(order, NULL, 1);
    g_assert_false(order_write(order, &spool, refuse, NULL));
    g_assert_cmpint(spool.error, ==, 0);
    order_free(order);
    spool_clear(&spool);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/order/what-is-lost-is-an-error", test_what_is_lost_is_an_error);
    g_test_add_func("/order/a-writer-may-refuse", test_a_writer_may_refuse);
    return g_test_run();
}
