/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "annotate.h"

#include "capture_writer.h"
#include "origin.h"

/* The comments with that on the origin before them, where it is due. */
static GPtrArray *add_origin(GPtrArray *comments, const smbt_places *origins, uint64_t frame,
                             GHashTable *begun)
{
    smbt_place place = origins->find(frame, origins->user);
    bool is_first = place.file && g_hash_table_add(begun, (gpointer)place.file);
    if (!is_first && !comments) return NULL;
    if (!comments) comments = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_insert(comments, 0, origin_comment(&place));
    return comments;
}

static bool copy(struct capture_writer *writer, struct wiretap *reader, uint64_t frames, struct notes *notes,
                 const smbt_places *origins, char **ret_problem)
{
    enum input_result result;
    g_autoptr(GHashTable) begun = g_hash_table_new(NULL, NULL); /* files, by their names' addresses */
    while (reader->input->frames < frames && wiretap_next(reader, &result)) {
        g_autoptr(GPtrArray) comments = notes_take(notes, reader->input->frames);
        if (origins) comments = add_origin(comments, origins, reader->input->frames, begun);
        if (!capture_writer_put(writer, reader, UINT32_MAX, comments, ret_problem)) return false;
    }
    if (reader->input->frames == frames) return capture_writer_finish(writer, ret_problem);
    *ret_problem = g_strdup("the capture changed while it was read; leave it alone, and try again");
    return false;
}

bool annotate_write(const struct input *input, struct notes *notes, const smbt_places *origins, int fd,
                    char **ret_problem)
{
    struct capture_writer *writer = capture_writer_new(input, fd, ret_problem);
    if (!writer) return false;
    struct input again;
    struct wiretap reader;
    bool fine = input_again(&again, input, ret_problem);
    if (fine && wiretap_open(&reader, &again) == INPUT_WHOLE) {
        fine = copy(writer, &reader, input->frames, notes, origins, ret_problem);
        wiretap_close(&reader);
    } else if (fine) {
        *ret_problem = g_strdup(again.problem);
        fine = false;
    }
    input_close(&again);
    capture_writer_free(writer);
    return fine;
}
