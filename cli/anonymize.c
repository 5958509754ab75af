/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize.h"

#include "capture_file.h"
#include "spool.h"

#include <errno.h>
#include <glib.h>

struct anonymizing {
    smbt_anonymize_cipher cipher;
    smbt_anonymizer *anonymizer;
    struct capture_file *file;
    int fd, error;
    char *path;
};

static uint64_t put_frame(const smbt_frame *frame, void *user)
{
    return capture_file_frame(user, frame);
}

static void put_amended(uint64_t place, uint32_t at, const uint8_t *bytes, uint32_t n, void *user)
{
    capture_file_amend(user, place + at, bytes, n);
}

char *anonymize_failure(int error)
{
    return g_strdup_printf(
        "its anonymized copy cannot be written to %s: %s; set TMPDIR to a folder with space", g_get_tmp_dir(),
        g_strerror(error));
}

char *anonymize_name(unsigned index)
{
    return g_strdup_printf("capture-%u", index + 1);
}

struct anonymizing *anonymizing_new(const smbt_config *config, const struct secret *secret)
{
    struct anonymizing *a = g_new0(struct anonymizing, 1);
    a->fd = spool_temporary_file(&a->path);
    if (a->fd < 0) {
        a->error = errno;
        return a;
    }
    secret_cipher(secret, &a->cipher);
    a->file = capture_file_new(a->fd);
    smbt_anonymize_output output = {.frame = put_frame, .amend = put_amended, .user = a->file};
    a->anonymizer = smbt_anonymizer_new(&a->cipher, &output);
    for (unsigned port = 0; port <= UINT16_MAX; port++)
        if (smbt_config_is_smb_port(config, (uint16_t)port))
            smbt_anonymizer_add_port(a->anonymizer, (uint16_t)port);
    return a;
}

void anonymizing_push(struct anonymizing *anonymizing, const smbt_frame *frame)
{
    if (anonymizing->anonymizer) smbt_anonymizer_push(anonymizing->anonymizer, frame);
}

static bool open_copy(struct anonymous *copy)
{
    if (input_open(&copy->input, copy->path) == INPUT_WHOLE) return true;
    input_close(&copy->input);
    return false;
}

int anonymizing_finish(struct anonymizing *anonymizing, struct anonymous *ret_copy)
{
    struct anonymizing *a = anonymizing;
    if (a->anonymizer) {
        smbt_anonymizer_finish(a->anonymizer);
        smbt_anonymizer_free(a->anonymizer);
        secret_cipher_clear(&a->cipher);
        a->error = capture_file_finish(a->file);
    }
    ret_copy->fd = a->fd;
    ret_copy->path = a->path;
    if (!a->error && !open_copy(ret_copy)) a->error = EIO;
    if (a->error) {
        spool_temporary_close(a->fd, a->path);
        ret_copy->fd = -1;
        ret_copy->path = NULL;
    }
    int error = a->error;
    g_free(a);
    return error;
}

struct copying {
    struct anonymizing *to;
    bool (*proceed)(void *user);
    void *user;
};

static void on_frame(const smbt_frame *frame, void *user)
{
    anonymizing_push(((struct copying *)user)->to, frame);
}

static bool on_batch(void *user)
{
    const struct copying *copying = user;
    return copying->proceed(copying->user);
}

enum input_result anonymize_input(struct input *input, const smbt_config *config, const struct secret *secret,
                                  bool (*proceed)(void *user), void *user, struct anonymous *ret_copy)
{
    struct copying copying = {.to = anonymizing_new(config, secret), .proceed = proceed, .user = user};
    enum input_result result = input_read(input, &(struct input_receiver){on_frame, on_batch, &copying});
    int error = anonymizing_finish(copying.to, ret_copy);
    bool is_there = result == INPUT_WHOLE || result == INPUT_BROKEN;
    if (!is_there && ret_copy->fd >= 0) anonymize_close(ret_copy);
    if (!is_there || !error) return result;
    g_autofree char *failure = anonymize_failure(error);
    g_clear_pointer(&input->problem, g_free);
    return input_broken(input, "%s", failure);
}

void anonymize_close(struct anonymous *copy)
{
    input_close(&copy->input);
    spool_temporary_close(copy->fd, copy->path);
    copy->fd = -1;
    copy->path = NULL;
}
