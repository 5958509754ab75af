/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_MIN 40
#define COLUMNS_MAX 200

unsigned terminal_width(int fd)
{
    const char *columns = g_getenv("COLUMNS");
    guint64 wanted;
    if (columns && g_ascii_string_to_unsigned(columns, 10, 1, G_MAXUINT16, &wanted, NULL))
        return (unsigned)CLAMP(wanted, COLUMNS_MIN, COLUMNS_MAX);
    struct winsize size;
    if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 0;
    return CLAMP(size.ws_col, COLUMNS_MIN, COLUMNS_MAX);
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
                             .names_files = options->join || options->continuous,
                             .ascii = wants_ascii(fd),
                             .width = terminal_width(fd)};
}
