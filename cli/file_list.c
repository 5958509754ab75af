/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "file_list.h"

#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool read_all(int fd, GByteArray *bytes)
{
    guint8 part[1 << 16];
    for (;;) {
        ssize_t n = read(fd, part, sizeof part);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0;
        g_byte_array_append(bytes, part, (guint)n);
    }
}

static void add_names(const GByteArray *bytes, GPtrArray *inputs)
{
    const char *data = (const char *)bytes->data;
    char end = bytes->len && memchr(data, '\0', bytes->len) ? '\0' : '\n';
    for (size_t at = 0; at < bytes->len;) {
        const char *stop = memchr(data + at, end, bytes->len - at);
        size_t length = stop ? (size_t)(stop - data) - at : bytes->len - at, next = at + length + 1;
        if (end == '\n' && length && data[at + length - 1] == '\r') length--;
        if (length) g_ptr_array_add(inputs, g_strndup(data + at, length));
        at = next;
    }
}

bool file_list_read(const char *path, GPtrArray *inputs)
{
    bool is_standard_input = strcmp(path, "-") == 0;
    int fd = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    bool fine = fd >= 0 && read_all(fd, bytes);
    if (!fine)
        message_print("--files-from %s: cannot be read: %s; name a list of files", path, g_strerror(errno));
    if (fd > STDIN_FILENO) close(fd);
    if (!fine) return false;
    guint before = inputs->len;
    add_names(bytes, inputs);
    if (inputs->len == before) {
        message_print("--files-from %s: names no file; write one name a line into it", path);
        return false;
    }
    for (guint i = before; i < inputs->len; i++)
        if (strcmp(inputs->pdata[i], "-") == 0) {
            message_print("--files-from %s: line %u names standard input; name - on the command line", path,
                          i - before + 1);
            return false;
        }
    return true;
}
