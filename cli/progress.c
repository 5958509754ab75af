/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include "message.h"

#include <glib.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_US 100000

static struct {
    bool on;
    bool shown;
    gint64 drawn; /* monotonic time of the last redraw */
    GMutex lock;
    GArray *active; /* of unsigned: the indices being read */
} progress;

void progress_start(void)
{
    progress.active = g_array_new(FALSE, FALSE, sizeof(unsigned));
    progress.drawn = g_get_monotonic_time(); /* short runs show nothing */
    progress.on = true;
}

void progress_begin(unsigned index)
{
    if (!progress.on) return;
    g_mutex_lock(&progress.lock);
    g_array_append_val(progress.active, index);
    g_mutex_unlock(&progress.lock);
}

static void hide_locked(void)
{
    if (!progress.shown) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress.shown = false;
}

void progress_end(unsigned index)
{
    if (!progress.on) return;
    g_mutex_lock(&progress.lock);
    for (unsigned i = 0; i < progress.active->len; i++) {
        if (g_array_index(progress.active, unsigned, i) != index) continue;
        g_array_remove_index_fast(progress.active, i);
        break;
    }
    if (progress.active->len == 0) hide_locked();
    g_mutex_unlock(&progress.lock);
}

static bool is_lowest(unsigned index)
{
    for (unsigned i = 0; i < progress.active->len; i++)
        if (g_array_index(progress.active, unsigned, i) < index) return false;
    return true;
}

static long columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
    return size.ws_col;
}

static void draw_locked(const char *name, uint64_t done, uint64_t size, uint64_t frames)
{
    g_autofree char *safe = message_safe(name);
    g_autoptr(GString) tail = g_string_new(NULL);
    if (size) g_string_append_printf(tail, "  %3u %%", (unsigned)(MIN(done, size) * 100 / size));
    g_string_append_printf(tail, "  %" G_GUINT64_FORMAT " frames", frames);
    /* The name gives way, from its front: its end tells files apart. */
    long room = columns() - 1 - (long)tail->len;
    long length = g_utf8_strlen(safe, -1);
    const char *from = safe;
    if (length > room) from = room > 3 ? g_utf8_offset_to_pointer(safe, length - room + 3) : "";
    fprintf(stderr, "\r\033[K%s%s%s", from == safe ? "" : "...", from, tail->str);
    fflush(stderr);
    progress.shown = true;
}

void progress_update(unsigned index, const char *name, uint64_t done, uint64_t size, uint64_t frames)
{
    if (!progress.on) return;
    gint64 now = g_get_monotonic_time();
    g_mutex_lock(&progress.lock);
    if (now - progress.drawn >= REDRAW_US && is_lowest(index)) {
        progress.drawn = now;
        draw_locked(name, done, size, frames);
    }
    g_mutex_unlock(&progress.lock);
}

void progress_hide(void)
{
    if (!progress.on) return;
    g_mutex_lock(&progress.lock);
    hide_locked();
    g_mutex_unlock(&progress.lock);
}
