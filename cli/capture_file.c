/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture_file.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER            ((guint)1 << 20)
#define INTERFACES_MAX    64
#define BYTE_ORDER_NUMBER 0x1a2b3c4du

enum block { SECTION = 0x0a0d0d0a, INTERFACE = 1, ENHANCED_PACKET = 6 };
enum option { OPTION_END = 0, OPTION_TIME_RESOLUTION = 9 };

struct capture_file {
    int fd, error;
    uint64_t written;   /* bytes in the file; those in the buffer come behind them */
    GByteArray *buffer; /* numbers are in the machine's byte order, as the format wants them */
    int linktype[INTERFACES_MAX];
    uint32_t interfaces;
};

static void append(struct capture_file *f, const void *bytes, size_t n)
{
    g_byte_array_append(f->buffer, bytes, (guint)n);
}

static void append_u16(struct capture_file *f, uint16_t value)
{
    append(f, &value, sizeof value);
}

static void append_u32(struct capture_file *f, uint32_t value)
{
    append(f, &value, sizeof value);
}

static bool write_at(struct capture_file *f, uint64_t at, const uint8_t *bytes, size_t n)
{
    while (n && !f->error) {
        ssize_t put = pwrite(f->fd, bytes, n, (off_t)at);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) {
            f->error = put < 0 ? errno : ENOSPC;
            return false;
        }
        bytes += put;
        at += (uint64_t)put;
        n -= (size_t)put;
    }
    return !f->error;
}

static void flush(struct capture_file *f)
{
    write_at(f, f->written, f->buffer->data, f->buffer->len);
    f->written += f->buffer->len;
    g_byte_array_set_size(f->buffer, 0);
}

struct capture_file *capture_file_new(int fd)
{
    struct capture_file *f = g_new0(struct capture_file, 1);
    f->fd = fd;
    f->buffer = g_byte_array_sized_new(BUFFER + 65536);
    const uint32_t length = 28;
    append_u32(f, SECTION);
    append_u32(f, length);
    append_u32(f, BYTE_ORDER_NUMBER);
    append_u16(f, 1); /* version 1.0 */
    append_u16(f, 0);
    append_u32(f, UINT32_MAX); /* how long the section is: not said */
    append_u32(f, UINT32_MAX);
    append_u32(f, length);
    return f;
}

static void append_interface(struct capture_file *f, int linktype)
{
    static const uint8_t nanoseconds[4] = {9};
    const uint32_t length = 32;
    append_u32(f, INTERFACE);
    append_u32(f, length);
    append_u16(f, (uint16_t)linktype);
    append_u16(f, 0);
    append_u32(f, 0); /* no snap length */
    append_u16(f, OPTION_TIME_RESOLUTION);
    append_u16(f, 1);
    append(f, nanoseconds, sizeof nanoseconds);
    append_u16(f, OPTION_END);
    append_u16(f, 0);
    append_u32(f, length);
}

static uint32_t interface_of(struct capture_file *f, int linktype)
{
    for (uint32_t i = 0; i < f->interfaces; i++)
        if (f->linktype[i] == linktype) return i;
    if (f->interfaces == INTERFACES_MAX) return INTERFACES_MAX - 1;
    f->linktype[f->interfaces] = linktype;
    append_interface(f, linktype);
    return f->interfaces++;
}

uint64_t capture_file_frame(struct capture_file *file, const smbt_frame *frame)
{
    static const uint8_t padding[4];
    struct capture_file *f = file;
    uint32_t interface = interface_of(f, frame->linktype), pad = -frame->caplen % 4,
             length = 32 + frame->caplen + pad;
    append_u32(f, ENHANCED_PACKET);
    append_u32(f, length);
    append_u32(f, interface);
    append_u32(f, (uint32_t)(frame->time >> 32));
    append_u32(f, (uint32_t)frame->time);
    append_u32(f, frame->caplen);
    append_u32(f, frame->len);
    uint64_t place = f->written + f->buffer->len;
    if (frame->caplen) append(f, frame->data, frame->caplen);
    append(f, padding, pad);
    append_u32(f, length);
    if (f->buffer->len >= BUFFER) flush(f);
    return place;
}

void capture_file_amend(struct capture_file *file, uint64_t place, const uint8_t *bytes, size_t n)
{
    struct capture_file *f = file;
    if (place >= f->written)
        memcpy(f->buffer->data + (place - f->written), bytes, n);
    else
        write_at(f, place, bytes, n); /* blocks are flushed whole: it lies in the file to its end */
}

int capture_file_finish(struct capture_file *file)
{
    flush(file);
    int error = file->error;
    g_byte_array_unref(file->buffer);
    g_free(file);
    return error;
}
