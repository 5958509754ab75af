/* anonymize_copy IN OUT KEYFILE: the copy that smbtrace-check --anonymize works on. Exit status 0, or 3 when
 * IN could not be read whole.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize.h"

#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <unistd.h>

static bool proceed(void *user)
{
    (void)user;
    return true;
}

static bool copy_bytes(int from, const char *path)
{
    int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (to < 0) return false;
    char piece[65536];
    ssize_t n = 0;
    for (off_t at = 0; (n = pread(from, piece, sizeof piece, at)) > 0; at += n)
        if (write(to, piece, (size_t)n) != n) n = -1;
    return close(to) == 0 && n == 0;
}

int main(int argc, char **argv)
{
    struct secret secret;
    if (argc != 4 || !secret_make(&secret, argv[3])) {
        fputs("usage: anonymize_copy IN OUT KEYFILE\n", stderr);
        return 2;
    }
    struct input input = {0};
    struct anonymous copy = {.fd = -1};
    smbt_config *config = smbt_config_new();
    enum input_result result = input_open(&input, argv[1]);
    if (result == INPUT_WHOLE) result = anonymize_input(&input, config, &secret, proceed, NULL, &copy);
    if (input.problem) fprintf(stderr, "%s\n", input.problem);
    bool done = copy.fd >= 0 && copy_bytes(copy.fd, argv[2]);
    if (copy.fd >= 0) anonymize_close(&copy);
    input_close(&input);
    smbt_config_free(config);
    return !done ? 4 : result == INPUT_WHOLE ? 0 : 3;
}
