/* What there is to say of a capture as a whole, for text, HTML and Markdown alike.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text.h"

bool smbt_text_beyond(GString *para, const smbt_capture_info *info)
{
    uint64_t open = info->controls ? info->open_at_end : 0; /* else no end was to be seen */
    if (info->begun_before) {
        smbt_text_counted(para, info->begun_before, "connection", "connections");
        smbt_para_add(para, " began before the capture");
    }
    if (!open) return info->begun_before;
    if (info->begun_before) {
        smbt_para_add(para, ", ");
        smbt_para_count(para, open);
    } else {
        smbt_text_counted(para, open, "connection", "connections");
    }
    const char *it = info->begun_before ? "it" : "the capture";
    smbt_para_printf(para, " %s still open when %s ended", open == 1 ? "was" : "were", it);
    return true;
}

/* Less often than this, how often does not matter. */
#define CHANCE_LEAST 0.001

bool smbt_text_coincidence(GString *para, const smbt_capture_info *info)
{
    if (!info->has_zero_vc_chance) return false;
    if (info->zero_vc_chance < CHANCE_LEAST)
        smbt_para_add(para, "less than 0.1 %");
    else
        smbt_para_printf(para, "%.2g %%", info->zero_vc_chance * 100);
    smbt_para_add(para, " of the ends by servers would fall right after a logon with VcNumber 0 anyway");
    return true;
}

/* ---- What is not as it should be */

static void free_note(gpointer note)
{
    g_string_free(note, TRUE);
}

static GString *begin(GPtrArray *notes)
{
    GString *note = g_string_new(NULL);
    g_ptr_array_add(notes, note);
    return note;
}

static void add_seams(GPtrArray *notes, const smbt_joint_info *joint)
{
    if (joint->repeated) {
        GString *note = begin(notes);
        smbt_text_counted(note, joint->repeated, "frame is", "frames are");
        smbt_para_add(note, " in more than one file: taken once");
    }
    if (joint->holes) {
        GString *note = begin(notes);
        smbt_text_counted(note, joint->holes, "hole", "holes");
        smbt_para_add(note, " between the files: packets are missing there (gaps)");
    }
}

static void add_undecoded(GPtrArray *notes, const smbt_capture_info *info)
{
    if (info->undecoded_frames == 0) return;
    GString *note = begin(notes);
    smbt_text_counted(note, info->undecoded_frames, "frame that may carry SMB was not decoded",
                      "frames that may carry SMB were not decoded");
    for (guint i = 0; info->undecoded && i < info->undecoded->len; i++) {
        const smbt_undecoded *u = &g_array_index(info->undecoded, smbt_undecoded, i);
        smbt_para_add(note, i == 0 ? ": " : ", ");
        smbt_para_add(note, u->reason);
        smbt_para_add(note, " (");
        smbt_para_count(note, u->frames);
        smbt_para_printf(note, ", first in frame %" G_GUINT64_FORMAT ")", u->first_frame);
    }
}

static void add_backward(GPtrArray *notes, const smbt_capture_info *info)
{
    if (info->backward_frames == 0) return;
    GString *note = begin(notes);
    smbt_text_counted(note, info->backward_frames, "frame is", "frames are");
    smbt_para_add(note, " older than the one before: taken as of the same time");
}

static void add_cut(GPtrArray *notes, const smbt_capture_info *info)
{
    if (info->cut_frames == 0) return;
    GString *note = begin(notes);
    smbt_para_count(note, info->cut_frames);
    smbt_para_add(note, " of ");
    smbt_text_counted(note, info->frames, "frame", "frames");
    smbt_para_add(note, info->cut_frames == 1 ? " was cut off" : " were cut off");
    smbt_para_add(note, info->cut_least == info->cut_most ? " at " : ", the longest at ");
    smbt_text_counted(note, info->cut_most, "byte", "bytes");
}

static void add_copies(GPtrArray *notes, const smbt_capture_info *info)
{
    if (info->copied_frames == 0) return;
    GString *note = begin(notes);
    smbt_text_counted(note, info->copied_frames, "packet was", "packets were");
    smbt_para_add(note, " recorded twice");
    if (info->routed_frames * 2 > info->copied_frames) smbt_para_add(note, ", on both sides of a router");
    smbt_para_printf(note, " (first copy: frame %" G_GUINT64_FORMAT "): copies were left out",
                     info->first_copy_frame);
}

GPtrArray *smbt_text_capture_notes(const smbt_input_info *input, const smbt_capture_info *info)
{
    GPtrArray *notes = g_ptr_array_new_with_free_func(free_note);
    if (input->joint) add_seams(notes, input->joint);
    add_undecoded(notes, info);
    add_cut(notes, info);
    add_backward(notes, info);
    add_copies(notes, info);
    return notes;
}
