/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 16)
/* 1980-01-01 and 2107-12-31: what a ZIP can say. */
#define TIME_MIN INT64_C(315532800)
#define TIME_MAX INT64_C(4354732800)

bool zip_is_built_in(void)
{
    return true;
}

static bool copy(struct archive *zip, int fd)
{
    g_autofree char *piece = g_malloc(PIECE);
    for (off_t at = 0;;) {
        ssize_t n = pread(fd, piece, PIECE, at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) archive_set_error(zip, errno, "%s", g_strerror(errno));
        if (n <= 0) return n == 0;
        if (archive_write_data(zip, piece, (size_t)n) != n) return false;
        at += n;
    }
}

static bool add(struct archive *zip, const struct zip_entry *from, int64_t time)
{
    struct stat st;
    if (fstat(from->fd, &st) != 0) {
        archive_set_error(zip, errno, "%s", g_strerror(errno));
        return false;
    }
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, from->name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, st.st_size);
    archive_entry_set_mtime(entry, (time_t)CLAMP(time, TIME_MIN, TIME_MAX), 0);
    bool fine = archive_write_header(zip, entry) >= ARCHIVE_WARN && copy(zip, from->fd);
    archive_entry_free(entry);
    return fine;
}

/* What can't be written is remembered, and the archive goes on as if it were: libarchive loses memory when a
 * write fails within an entry. */
struct target {
    int fd;
    int error;
};

static la_ssize_t put(struct archive *zip, void *user, const void *bytes, size_t n)
{
    (void)zip;
    struct target *target = user;
    for (size_t done = 0; done < n && !target->error;) {
        ssize_t now = write(target->fd, (const char *)bytes + done, n - done);
        if (now < 0 && errno == EINTR) continue;
        if (now <= 0) target->error = errno ? errno : EIO;
        if (now > 0) done += (size_t)now;
    }
    return (la_ssize_t)n;
}

bool zip_write(int fd, const struct zip_entry *entries, unsigned count, int64_t time, char **ret_problem)
{
    struct archive *zip = archive_write_new();
    struct target target = {.fd = fd};
    bool fine = archive_write_set_format_zip(zip) == ARCHIVE_OK &&
                archive_write_set_bytes_in_last_block(zip, 1) == ARCHIVE_OK &&
                archive_write_open(zip, &target, NULL, put, NULL) == ARCHIVE_OK;
    for (unsigned i = 0; fine && i < count; i++)
        fine = !target.error && add(zip, &entries[i], time);
    fine = fine && archive_write_close(zip) == ARCHIVE_OK;
    int error = target.error || fine ? target.error : archive_errno(zip);
    if (!fine || error) {
        const char *why = error > 0 ? g_strerror(error) : archive_error_string(zip);
        *ret_problem = g_strdup_printf("can't be written: %s", why ? why : "unknown");
    }
    archive_write_free(zip);
    return fine && !error;
}
