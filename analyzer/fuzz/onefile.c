/* Runs a fuzz target once for every file of the folders or files named on the command line.
 *
 * With a folder of a corpus it replays in ctest what the fuzzer found worth keeping; with one file it
 * reproduces a finding. Every prefix of small inputs is run too: each truncation length is a case of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ALL_PREFIXES_UP_TO 600

static unsigned run_file(const char *path)
{
    gchar *data;
    gsize size;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &data, &size, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return 0;
    }
    /* A copy of exactly the right size, so that a read past the end is seen. */
    for (gsize n = size <= ALL_PREFIXES_UP_TO ? 0 : size; n <= size; n++) {
        guint8 *copy = g_memdup2(data, n);
        LLVMFuzzerTestOneInput(copy ? copy : (const uint8_t *)"", n);
        g_free(copy);
    }
    g_free(data);
    return 1;
}

static unsigned run_path(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    if (!dir) return run_file(path);
    unsigned files = 0;
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        files += run_file(child);
    }
    return files;
}

int main(int argc, char **argv)
{
    unsigned files = 0;
    for (int i = 1; i < argc; i++)
        files += run_path(argv[i]);
    printf("%u inputs\n", files);
    return files == 0;
}
