/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH_MAX 64

const char scan_no_captures[] =
    "a directory without captures; name one that holds captures, or -v to see what was skipped";

static void entry_free(gpointer data)
{
    struct entry *entry = data;
    g_free(entry->path);
    g_free(entry->what);
    g_free(entry);
}

static void add(GPtrArray *entries, enum entry_kind kind, bool is_named, const char *path, char *what)
{
    struct entry *entry = g_new0(struct entry, 1);
    *entry = (struct entry){.kind = kind, .is_named = is_named, .path = g_strdup(path), .what = what};
    g_ptr_array_add(entries, entry);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The sorted names in a directory, or NULL with errno. */
static GPtrArray *list_names(const char *path)
{
    errno = 0;
    GDir *dir = g_dir_open(path, 0, NULL);
    if (!dir) return NULL;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(dir));)
        g_ptr_array_add(names, g_strdup(name));
    g_dir_close(dir);
    g_ptr_array_sort(names, compare_names);
    return names;
}

static void walk(GPtrArray *entries, const char *path, unsigned depth);

static void add_found(GPtrArray *entries, const char *path, unsigned depth)
{
    struct stat link, target;
    if (lstat(path, &link) != 0 || stat(path, &target) != 0) return; /* gone, or a link to nothing */
    if (S_ISREG(target.st_mode))
        add(entries, ENTRY_FILE, false, path, NULL);
    else if (S_ISDIR(link.st_mode))
        walk(entries, path, depth + 1);
}

static void walk(GPtrArray *entries, const char *path, unsigned depth)
{
    g_autoptr(GPtrArray) names = depth <= DEPTH_MAX ? list_names(path) : NULL;
    if (!names) {
        const char *why = depth > DEPTH_MAX ? "nested too deep" : g_strerror(errno ? errno : EIO);
        add(entries, ENTRY_PROBLEM, false, path,
            g_strdup_printf("directory cannot be read: %s; name its captures or change its permissions",
                            why));
        return;
    }
    for (unsigned i = 0; i < names->len; i++) {
        g_autofree char *inner = g_build_filename(path, names->pdata[i], NULL);
        add_found(entries, inner, depth);
    }
}

GPtrArray *scan_inputs(char *const *inputs)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
    for (; *inputs; inputs++) {
        struct stat st;
        if (strcmp(*inputs, "-") == 0 || stat(*inputs, &st) != 0 || !S_ISDIR(st.st_mode)) {
            add(entries, ENTRY_FILE, true, *inputs, NULL); /* what can't be opened is said when it is tried */
        } else {
            unsigned before = entries->len;
            walk(entries, *inputs, 0);
            bool unreadable =
                entries->len == before + 1 && ((struct entry *)entries->pdata[before])->kind == ENTRY_PROBLEM;
            if (!unreadable) add(entries, ENTRY_DIRECTORY_END, true, *inputs, NULL);
        }
    }
    return entries;
}
