/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize.h"

#include "capture_file.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <unistd.h>

struct copying {
    smbt_anonymizer *anonymizer;
    struct capture_file *file;
    bool (*proceed)(void *user);
    void *user;
};

static uint64_t put_frame(const smbt_frame *frame, void *user)
{
    return capture_file_frame(user, frame);
}

static void put_amended(uint64_t place, uint32_t at, const uint8_t *bytes, uint32_t n, void *user)
{
    capture_file_amend(user, place + at, bytes, n);
}

static void on_frame(const smbt_frame *frame, void *user)
{
    smbt_anonymizer_push(((struct copying *)user)->anonymizer, frame);
}

static bool on_batch(void *user)
{
    const struct copying *copying = user;
    return copying->proceed(copying->user);
}

static int open_temporary(void)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "smbtrace-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    if (fd >= 0) g_unlink(path);
    return fd;
}

static enum input_result no_room(struct input *input, int error)
{
    g_clear_pointer(&input->problem, g_free);
    return input_broken(input, "its anonymized copy cannot be written to %s: %s; point TMPDIR at more room",
                        g_get_tmp_dir(), g_strerror(error));
}

/* Returns 0, or the errno of why the copy can't be written. */
static int copy_input(struct input *input, const smbt_config *config, const struct secret *secret,
                      struct copying *copying, int fd, enum input_result *ret_result)
{
    smbt_anonymize_cipher cipher;
    secret_cipher(secret, &cipher);
    copying->file = capture_file_new(fd);
    smbt_anonymize_output output = {.frame = put_frame, .amend = put_amended, .user = copying->file};
    copying->anonymizer = smbt_anonymizer_new(&cipher, &output);
    for (unsigned port = 0; port <= UINT16_MAX; port++)
        if (smbt_config_is_smb_port(config, (uint16_t)port))
            smbt_anonymizer_add_port(copying->anonymizer, (uint16_t)port);
    *ret_result = input_read(input, &(struct input_receiver){on_frame, on_batch, copying});
    smbt_anonymizer_finish(copying->anonymizer);
    smbt_anonymizer_free(copying->anonymizer);
    secret_cipher_clear(&cipher);
    return capture_file_finish(copying->file);
}

static bool open_copy(struct anonymous *copy)
{
    g_snprintf(copy->path, sizeof copy->path, "/dev/fd/%d", copy->fd);
    if (input_open(&copy->input, copy->path) == INPUT_WHOLE) return true;
    input_close(&copy->input);
    return false;
}

enum input_result anonymize_input(struct input *input, const smbt_config *config, const struct secret *secret,
                                  bool (*proceed)(void *user), void *user, struct anonymous *ret_copy)
{
    ret_copy->fd = open_temporary();
    if (ret_copy->fd < 0) return no_room(input, errno);
    struct copying copying = {.proceed = proceed, .user = user};
    enum input_result result;
    int error = copy_input(input, config, secret, &copying, ret_copy->fd, &result);
    bool is_there = result == INPUT_WHOLE || result == INPUT_BROKEN;
    if (is_there && !error && open_copy(ret_copy)) return result;
    close(ret_copy->fd);
    ret_copy->fd = -1;
    return is_there ? no_room(input, error ? error : EIO) : result;
}

void anonymize_close(struct anonymous *copy)
{
    input_close(&copy->input);
    close(copy->fd);
    copy->fd = -1;
}
