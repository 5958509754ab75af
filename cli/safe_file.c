/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "safe_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ATTEMPTS 100

static char *temporary_name(const char *target)
{
    g_autofree char *folder = g_path_get_dirname(target);
    return g_strdup_printf("%s/.smbtrace-%08x", folder, g_random_int());
}

static bool open_direct(struct safe_file *file)
{
    file->is_direct = true;
    file->fd = open(file->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return file->fd >= 0;
}

static bool open_named(struct safe_file *file)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        g_autofree char *name = temporary_name(file->target);
        file->fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file->fd >= 0) file->temporary = g_steal_pointer(&name);
        if (file->fd >= 0 || errno != EEXIST) break;
    }
    return file->fd >= 0;
}

/* Without a name nothing is left behind, however the program ends; not every file system can do it. */
static bool open_nameless(struct safe_file *file)
{
    g_autofree char *folder = g_path_get_dirname(file->target);
    file->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
    return file->fd >= 0 && access("/proc/self/fd", X_OK) == 0;
}

bool safe_file_open(struct safe_file *ret_file, const char *path)
{
    struct safe_file *file = ret_file;
    char *followed = realpath(path, NULL);
    *file = (struct safe_file){.fd = -1, .target = g_strdup(followed ? followed : path)};
    free(followed);
    struct stat st;
    bool exists = stat(file->target, &st) == 0;
    bool is_open = false;
    if (exists && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
    } else if (exists && !S_ISREG(st.st_mode)) {
        is_open = open_direct(file);
    } else if (exists && access(file->target, W_OK) != 0) {
        ; /* errno says why */
    } else {
        is_open = open_nameless(file);
        if (!is_open && file->fd >= 0) close(file->fd);
        if (!is_open) is_open = open_named(file);
    }
    if (is_open) return true;
    int error = errno;
    safe_file_abandon(file);
    errno = error;
    return false;
}

/* A name for what has none yet; beside the target, since a link never replaces a file. */
static bool name_it(struct safe_file *file)
{
    g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", file->fd);
    for (int i = 0; i < ATTEMPTS; i++) {
        g_autofree char *name = temporary_name(file->target);
        if (linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
            file->temporary = g_steal_pointer(&name);
            return true;
        }
        if (errno != EEXIST) break;
    }
    return false;
}

bool safe_file_commit(struct safe_file *file)
{
    bool fine = file->is_direct || (fsync(file->fd) == 0 && (file->temporary || name_it(file)) &&
                                    rename(file->temporary, file->target) == 0);
    if (fine && !file->is_direct) g_clear_pointer(&file->temporary, g_free);
    if (fine) {
        fine = close(file->fd) == 0;
        file->fd = -1;
    }
    int error = errno;
    safe_file_abandon(file);
    errno = error;
    return fine;
}

void safe_file_abandon(struct safe_file *file)
{
    if (file->temporary) unlink(file->temporary);
    if (file->fd >= 0) close(file->fd);
    g_free(file->temporary);
    g_free(file->target);
    *file = (struct safe_file){.fd = -1};
}
