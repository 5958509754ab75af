/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names.h"

#include <ws_version.h>

#define HANDED_ON                                                                                            \
    (WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 3))

#if HANDED_ON

struct names *names_collect(wtap *wth)
{
    (void)wth;
    return NULL;
}

struct names *names_collect_more(struct names *names, wtap *wth)
{
    (void)wth;
    return names;
}

void names_collected(struct names *names)
{
    (void)names;
}

void names_write(struct names *names, wtap_dumper *dumper)
{
    (void)names, (void)dumper;
}

void names_free(struct names *names)
{
    (void)names;
}

#else

#include <string.h>

/* More are left out. */
#define NAMES_MAX 10000

struct names {
    addrinfo_lists_t lists;
    GPtrArray *nodes;  /* of the lists; the dumper frees these once it has written them, and not the nodes */
    GHashTable *known; /* "address name", each once */
};

static GPrivate collecting; /* struct names */

/* Both kinds of node begin differently, so each has its own function. */
static bool is_new(struct names *names, const void *addr, size_t size, const char *name)
{
    if (g_hash_table_size(names->known) >= NAMES_MAX || !name || !*name) return false;
    GString *key = g_string_new_len(addr, (gssize)size);
    g_string_append(key, name);
    return g_hash_table_add(names->known, g_string_free_to_bytes(key));
}

static void on_ipv4(const guint addr, const gchar *name)
{
    struct names *names = g_private_get(&collecting);
    if (!names || !is_new(names, &addr, sizeof addr, name)) return;
    hashipv4_t *node = g_new0(hashipv4_t, 1);
    g_ptr_array_add(names->nodes, node);
    node->addr = addr;
    g_strlcpy(node->name, name, sizeof node->name);
    names->lists.ipv4_addr_list = g_list_prepend(names->lists.ipv4_addr_list, node);
}

static void on_ipv6(const void *addr, const gchar *name)
{
    struct names *names = g_private_get(&collecting);
    if (!names || !is_new(names, addr, sizeof(((hashipv6_t *)0)->addr), name)) return;
    hashipv6_t *node = g_new0(hashipv6_t, 1);
    g_ptr_array_add(names->nodes, node);
    memcpy(node->addr, addr, sizeof node->addr);
    g_strlcpy(node->name, name, sizeof node->name);
    names->lists.ipv6_addr_list = g_list_prepend(names->lists.ipv6_addr_list, node);
}

struct names *names_collect(wtap *wth)
{
    struct names *names = g_new0(struct names, 1);
    names->nodes = g_ptr_array_new_with_free_func(g_free);
    names->known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    return names_collect_more(names, wth);
}

/* Lists are kept in the order of coming, and turned round while they grow. */
struct names *names_collect_more(struct names *names, wtap *wth)
{
    if (!names) return names_collect(wth);
    names->lists.ipv4_addr_list = g_list_reverse(names->lists.ipv4_addr_list);
    names->lists.ipv6_addr_list = g_list_reverse(names->lists.ipv6_addr_list);
    g_private_set(&collecting, names);
    wtap_set_cb_new_ipv4(wth, on_ipv4);
    wtap_set_cb_new_ipv6(wth, on_ipv6);
    return names;
}

void names_collected(struct names *names)
{
    g_private_set(&collecting, NULL);
    names->lists.ipv4_addr_list = g_list_reverse(names->lists.ipv4_addr_list);
    names->lists.ipv6_addr_list = g_list_reverse(names->lists.ipv6_addr_list);
}

void names_write(struct names *names, wtap_dumper *dumper)
{
    if (names->lists.ipv4_addr_list || names->lists.ipv6_addr_list)
        wtap_dump_set_addrinfo_list(dumper, &names->lists);
}

void names_free(struct names *names)
{
    if (!names) return;
    g_list_free(names->lists.ipv4_addr_list);
    g_list_free(names->lists.ipv6_addr_list);
    g_ptr_array_unref(names->nodes);
    g_hash_table_destroy(names->known);
    g_free(names);
}

#endif
