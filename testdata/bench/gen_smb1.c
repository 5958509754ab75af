/* gen_smb1: large SMB1 captures of which the truth is known.
 *
 * Connections log on with extended security, connect to a share, and read files in large pieces (bulk) or ask
 * many small questions (small). Some share NAT addresses; there the server does what VcNumber 0 asks for:
 * between a session setup and its answer it resets the other connections of that address. A few clients end
 * with an RST.
 *
 * The same options give the same bytes. FILE.truth has a line for each RST, in their order: kind, its frame,
 * the frame that caused it (0: none), the client.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "traffic.h"

#include <stdlib.h>
#include <string.h>

static FILE *create(const char *path)
{
    FILE *file = fopen(path, "wb");
    if (file) return file;
    perror(path);
    exit(EXIT_FAILURE);
}

static void finish(FILE *file, const char *path)
{
    gboolean failed = ferror(file);
    if (fclose(file) == 0 && !failed) return;
    perror(path);
    exit(EXIT_FAILURE);
}

/* Every option must be at least 1, shares may be 0. */
static gboolean sensible(const struct traffic_options *o)
{
    return o->connections > 0 && o->kib > 0 && o->seconds > 0 && o->servers > 0 && o->servers < 200 &&
           o->nat_addresses > 0 && o->nat_addresses < 200 && o->nat_percent >= 0 && o->nat_percent <= 100 &&
           o->abort_percent >= 0 && o->abort_percent <= 100;
}

int main(int argc, char **argv)
{
    struct traffic_options o = {.connections = 200,
                                .kib = 256,
                                .seconds = 60,
                                .servers = 4,
                                .nat_percent = 10,
                                .nat_addresses = 4,
                                .abort_percent = 2,
                                .seed = 1};
    const GOptionEntry entries[] = {
        {"small", 0, 0, G_OPTION_ARG_NONE, &o.small, "many small questions instead of large reads", NULL},
        {"connections", 0, 0, G_OPTION_ARG_INT, &o.connections, "how many", "N"},
        {"seconds", 0, 0, G_OPTION_ARG_INT, &o.seconds, "in which they are started", "N"},
        {"kib", 0, 0, G_OPTION_ARG_INT, &o.kib, "of one connection, on average", "N"},
        {"servers", 0, 0, G_OPTION_ARG_INT, &o.servers, "how many", "N"},
        {"nat", 0, 0, G_OPTION_ARG_INT, &o.nat_percent, "connections behind NAT", "PERCENT"},
        {"nat-addresses", 0, 0, G_OPTION_ARG_INT, &o.nat_addresses, "that they share", "N"},
        {"abort", 0, 0, G_OPTION_ARG_INT, &o.abort_percent, "connections that their client resets",
         "PERCENT"},
        {"seed", 0, 0, G_OPTION_ARG_INT, &o.seed, "of chance", "N"},
        G_OPTION_ENTRY_NULL};
    GOptionContext *context = g_option_context_new("FILE");
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    gboolean parsed = g_option_context_parse(context, &argc, &argv, &error);
    g_option_context_free(context);
    if (!parsed || argc != 2 || !sensible(&o)) {
        fprintf(stderr, "gen_smb1: %s; see gen_smb1 --help\n", error ? error->message : "wrong arguments");
        return 2;
    }
    g_autofree char *truth_path = g_strconcat(argv[1], ".truth", NULL);
    FILE *file = create(argv[1]);
    FILE *truth = create(truth_path);
    guint64 frames = traffic_generate(&o, file, truth);
    finish(file, argv[1]);
    finish(truth, truth_path);
    printf("%s: %" G_GUINT64_FORMAT " frames\n", argv[1], frames);
    return EXIT_SUCCESS;
}
