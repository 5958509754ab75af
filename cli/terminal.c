/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned width_of(int fd)
{
    struct winsize size;
    if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 0;
    return CLAMP(size.ws_col, 40, 200);
}

static bool wants_color(const struct options *options, int fd)
{
    if (options->color != WHEN_AUTO) return options->color == WHEN_ALWAYS;
    const char *no_color = g_getenv("NO_COLOR");
    if (no_color && *no_color) return false;
    return isatty(fd) && g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

/* A file is UTF-8 whoever wrote it; a terminal shows what its locale says. */
static bool wants_ascii(int fd)
{
    if (!isatty(fd)) return false;
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    if (!locale) return true;
    bool is_utf8 = g_ascii_strcasecmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
    freelocale(locale);
    return !is_utf8;
}

smbt_text_style terminal_style(const struct options *options, int fd)
{
    return (smbt_text_style){.color = wants_color(options, fd),
                             .verbose = options->verbose || options->ends,
                             .ascii = wants_ascii(fd),
                             .width = width_of(fd)};
}
