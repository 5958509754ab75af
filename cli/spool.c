/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 16)

void spool_clear(struct spool *spool)
{
    if (spool->memory) g_string_free(spool->memory, TRUE);
    if (spool->stored) close(spool->file);
    *spool = (struct spool){0};
}

static int make_temporary(char **ret_path)
{
    *ret_path = g_build_filename(g_get_tmp_dir(), "smbtrace-XXXXXX", NULL);
    return g_mkstemp_full(*ret_path, O_RDWR | O_CLOEXEC, 0600);
}

int spool_temporary(void)
{
    g_autofree char *path = NULL;
    int fd = make_temporary(&path);
    if (fd >= 0) g_unlink(path);
    return fd;
}

int spool_temporary_file(char **ret_path)
{
    g_autofree char *path = NULL;
    int fd = make_temporary(&path);
    *ret_path = NULL;
    if (fd < 0) return fd;
    g_autofree char *nameless = g_strdup_printf("/dev/fd/%d", fd);
    if (access(nameless, R_OK) == 0) {
        g_unlink(path);
        *ret_path = g_steal_pointer(&nameless);
    } else {
        *ret_path = g_steal_pointer(&path);
    }
    return fd;
}

void spool_temporary_close(int fd, char *path)
{
    if (path && !g_str_has_prefix(path, "/dev/fd/")) g_unlink(path);
    if (fd >= 0) close(fd);
    g_free(path);
}

/* n is what the call returned: less than nothing, or nothing, which sets no errno. */
static bool fail(struct spool *spool, ssize_t n)
{
    spool->error = n < 0 && errno ? errno : EIO;
    return false;
}

static bool store(struct spool *spool)
{
    if (!spool->stored) {
        spool->file = spool_temporary();
        if (spool->file < 0) return fail(spool, -1);
    }
    for (size_t done = 0; done < spool->memory->len;) {
        ssize_t n =
            pwrite(spool->file, spool->memory->str + done, spool->memory->len - done, (off_t)spool->stored);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            fail(spool, n);
            if (!spool->stored) close(spool->file);
            return false;
        }
        done += (size_t)n;
        spool->stored += (size_t)n;
    }
    g_string_truncate(spool->memory, 0);
    return true;
}

bool spool_append(struct spool *spool, const char *bytes, size_t n)
{
    if (spool->error) return false;
    if (!spool->memory) spool->memory = g_string_new(NULL);
    g_string_append_len(spool->memory, bytes, (gssize)n);
    return spool->memory->len < SPOOL_MEMORY || store(spool);
}

uint64_t spool_size(const struct spool *spool)
{
    return spool->stored + (spool->memory ? spool->memory->len : 0);
}

static bool append_piece(const char *bytes, size_t n, void *user)
{
    return spool_append(user, bytes, n);
}

bool spool_move(struct spool *to, struct spool *from)
{
    if (from->error && !to->error) to->error = from->error;
    if (spool_size(to) == 0 && !to->error) {
        spool_clear(to);
        *to = *from;
        *from = (struct spool){0};
        return true;
    }
    bool done = !to->error && spool_read(from, spool_size(from), append_piece, to);
    if (from->error && !to->error) to->error = from->error;
    spool_clear(from);
    return done;
}

bool spool_read(struct spool *spool, uint64_t n, spool_write_fn write, void *user)
{
    g_autofree char *piece = spool->stored ? g_malloc(PIECE) : NULL;
    for (uint64_t at = 0; at < MIN(n, spool->stored);) {
        ssize_t got = pread(spool->file, piece, MIN(PIECE, MIN(n, spool->stored) - at), (off_t)at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return fail(spool, got);
        if (!write(piece, (size_t)got, user)) return false;
        at += (size_t)got;
    }
    if (n <= spool->stored || !spool->memory) return true;
    return write(spool->memory->str, MIN(n - spool->stored, spool->memory->len), user);
}

size_t spool_read_at(struct spool *spool, uint64_t at, char *ret_bytes, size_t n)
{
    size_t done = 0;
    while (done < n && at + done < spool->stored) {
        size_t want = (size_t)MIN(n - done, spool->stored - at - done);
        ssize_t got = pread(spool->file, ret_bytes + done, want, (off_t)(at + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            fail(spool, got);
            return done;
        }
        done += (size_t)got;
    }
    if (!spool->memory || done == n) return done;
    uint64_t skip = at + done - spool->stored;
    if (skip >= spool->memory->len) return done;
    size_t rest = MIN(n - done, spool->memory->len - (size_t)skip);
    memcpy(ret_bytes + done, spool->memory->str + skip, rest);
    return done + rest;
}
