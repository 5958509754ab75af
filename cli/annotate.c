/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "annotate.h"

#include "capture_writer.h"

static bool copy(struct capture_writer *writer, struct wiretap *reader, uint64_t frames, struct notes *notes,
                 char **ret_problem)
{
    enum input_result result;
    while (reader->input->frames < frames && wiretap_next(reader, &result)) {
        g_autoptr(GPtrArray) comments = notes_take(notes, reader->input->frames);
        if (!capture_writer_put(writer, reader, UINT32_MAX, comments, ret_problem)) return false;
    }
    if (reader->input->frames == frames) return capture_writer_finish(writer, ret_problem);
    *ret_problem = g_strdup("the capture changed while it was read; leave it alone, and try again");
    return false;
}

bool annotate_write(const struct input *input, struct notes *notes, int fd, char **ret_problem)
{
    struct capture_writer *writer = capture_writer_new(input, fd, ret_problem);
    if (!writer) return false;
    struct input again;
    struct wiretap reader;
    bool fine = input_again(&again, input, ret_problem);
    if (fine && wiretap_open(&reader, &again) == INPUT_WHOLE) {
        fine = copy(writer, &reader, input->frames, notes, ret_problem);
        wiretap_close(&reader);
    } else if (fine) {
        *ret_problem = g_strdup(again.problem);
        fine = false;
    }
    input_close(&again);
    capture_writer_free(writer);
    return fine;
}
