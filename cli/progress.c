/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include "message.h"
#include "progress_line.h"

#include <glib.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_US 100000

struct active {
    unsigned index;
    char *name; /* safe for a terminal */
    uint64_t bytes, frames;
};

static struct {
    bool on;
    bool shown;
    gint64 started, drawn; /* monotonic times; of the last redraw */
    unsigned captures, captures_done;
    uint64_t bytes, bytes_done; /* done: of those that are done */
    GMutex lock;
    GArray *active; /* of struct active */
} progress;

static void clear_active(gpointer active)
{
    g_free(((struct active *)active)->name);
}

void progress_start(unsigned captures, uint64_t bytes)
{
    progress.active = g_array_new(FALSE, FALSE, sizeof(struct active));
    g_array_set_clear_func(progress.active, clear_active);
    progress.captures = captures;
    progress.bytes = bytes;
    progress.started = progress.drawn = g_get_monotonic_time(); /* short runs show nothing */
    progress.on = true;
}

static void hide_locked(void)
{
    if (!progress.shown) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress.shown = false;
}

static unsigned columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
    return size.ws_col;
}

static struct active *find_locked(unsigned index)
{
    for (unsigned i = 0; i < progress.active->len; i++) {
        struct active *active = &g_array_index(progress.active, struct active, i);
        if (active->index == index) return active;
    }
    return NULL;
}

static void draw_locked(void)
{
    gint64 now = g_get_monotonic_time();
    if (now - progress.drawn < REDRAW_US) return;
    progress.drawn = now;
    progress_view view = {.captures = progress.captures,
                          .captures_done = progress.captures_done,
                          .bytes = progress.bytes,
                          .bytes_done = progress.bytes_done,
                          .elapsed_us = now - progress.started};
    const struct active *lowest = NULL;
    for (unsigned i = 0; i < progress.active->len; i++) {
        const struct active *active = &g_array_index(progress.active, struct active, i);
        view.bytes_done += active->bytes;
        if (!lowest || active->index < lowest->index) lowest = active;
    }
    if (lowest) {
        view.name = lowest->name;
        view.frames = lowest->frames;
    }
    g_autofree char *line = progress_line(&view, columns() - 1);
    fprintf(stderr, "\r\033[K%s", line);
    fflush(stderr);
    progress.shown = true;
}

void progress_begin(unsigned index, const char *name)
{
    if (!progress.on) return;
    struct active active = {.index = index, .name = message_safe(name)};
    g_mutex_lock(&progress.lock);
    g_array_append_val(progress.active, active);
    g_mutex_unlock(&progress.lock);
}

void progress_update(unsigned index, uint64_t bytes, uint64_t frames)
{
    if (!progress.on) return;
    g_mutex_lock(&progress.lock);
    struct active *active = find_locked(index);
    if (active) {
        active->bytes = bytes;
        active->frames = frames;
    }
    draw_locked();
    g_mutex_unlock(&progress.lock);
}

void progress_end(unsigned index, uint64_t bytes)
{
    if (!progress.on) return;
    g_mutex_lock(&progress.lock);
    struct active *active = find_locked(index);
    if (active)
        g_array_remove_index_fast(progress.active, (guint)(active - (struct active *)progress.active->data));
    progress.captures_done++;
    progress.bytes_done += bytes;
    if (progress.captures_done == progress.captures)
        hide_locked();
    else
        draw_locked();
    g_mutex_unlock(&progress.lock);
}

void progress_hide(void)
{
    if (!progress.on) return;
    g_mutex_lock(&progress.lock);
    hide_locked();
    g_mutex_unlock(&progress.lock);
}
