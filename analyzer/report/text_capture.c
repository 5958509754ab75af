/* The lines about a capture as a whole, and about all of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text.h"
#include "report/timestamp.h"
#include "verdict/topic.h"

void smbt_text_numbers(GString *para, const smbt_capture_info *info)
{
    if (info->frames == 0) {
        smbt_para_add(para, "no frames");
        return;
    }
    smbt_text_duration(para, info->last > info->first ? info->last - info->first : 0);
    smbt_para_add(para, ", ");
    smbt_text_counted(para, info->frames, "frame", "frames");
    smbt_para_add(para, ", ");
    if (info->smb_connections == 0) {
        smbt_para_add_together(para, "no SMB connections");
        return;
    }
    smbt_para_count(para, info->smb_connections);
    smbt_para_add_together(para, info->smb_connections == 1 ? " SMB connection" : " SMB connections");
    smbt_para_add(para, ", ");
    if (info->ends_by_server)
        smbt_para_count(para, info->ends_by_server);
    else
        smbt_para_add(para, "none");
    smbt_para_add_together(para, " ended by the server");
}

const char *smbt_text_place(enum smbt_viewpoint viewpoint)
{
    static const char *const places[] = {[SMBT_VIEWPOINT_UNKNOWN] = NULL,
                                         [SMBT_VIEWPOINT_NEAR_SERVER] = "near the server",
                                         [SMBT_VIEWPOINT_NEAR_CLIENT] = "near the client",
                                         [SMBT_VIEWPOINT_BETWEEN] = "between client and server"};
    return places[viewpoint];
}

const char *smbt_text_nat(const smbt_capture_info *info)
{
    static const char *const sides[SMBT_NAT_MAX] = {[SMBT_NAT_UNKNOWN] = "",
                                                    [SMBT_NAT_OUTSIDE] = ", on the server's side of the NAT",
                                                    [SMBT_NAT_INSIDE] =
                                                        ", on the clients' side of the router to the server"};
    return sides[info->nat];
}

/* When, and seen from where. */
static void add_circumstances(struct smbt_text_writer *w, const smbt_capture_info *info)
{
    char date[SMBT_TIMESTAMP_SIZE], clock[SMBT_TIMESTAMP_SIZE];
    if (info->frames == 0 || info->first == SMBT_TIME_NONE) return;
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_printf(w->para, "from %s %s; times are UTC", smbt_timestamp_date(date, info->first),
                     smbt_timestamp_clock(clock, info->first));
    const char *place = smbt_text_place(info->viewpoint);
    if (place)
        smbt_para_printf(w->para, "; taken %s%s%s", place,
                         info->viewpoint_is_mixed ? " of most connections" : "", smbt_text_nat(info));
    if (info->begun_before) {
        smbt_para_add(w->para, "; ");
        smbt_text_counted(w->para, info->begun_before, "connection", "connections");
        smbt_para_add(w->para, " began before it");
    }
    smbt_text_flush(w, 2, 2);
}

/* Less often than this, how often does not matter. */
#define CHANCE_LEAST 0.001

/* Where it made a verdict doubtful, or all is asked for. */
static void add_chance(struct smbt_text_writer *w, const smbt_capture_info *info, const smbt_tally *tally)
{
    if (!info->has_zero_vc_chance || (!w->style->verbose && !tally->by_chance)) return;
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_add(w->para, "coincidence: ");
    if (info->zero_vc_chance < CHANCE_LEAST)
        smbt_para_add(w->para, "less than 0.1 %");
    else
        smbt_para_printf(w->para, "%.2g %%", info->zero_vc_chance * 100);
    smbt_para_add(w->para, " of the ends by servers would fall right after a logon with VcNumber 0 anyway");
    smbt_text_flush(w, 2, 2);
}

static void add_loud(struct smbt_text_writer *w, enum smbt_para_style style, const char *mark,
                     const char *text)
{
    smbt_para_style(w->para, style);
    smbt_para_add(w->para, mark);
    smbt_para_blanks(w->para, 1);
    smbt_para_add(w->para, text);
    smbt_para_style(w->para, SMBT_PARA_PLAIN);
}

static void add_problems(struct smbt_text_writer *w, const smbt_input_info *input)
{
    if (!input->complete) {
        add_loud(w, SMBT_PARA_ERROR, "✗", "INCOMPLETE: the input could not be read whole.");
        smbt_para_add(w->para,
                      " What follows holds for the part that was read; later frames may be missing.");
        smbt_text_flush(w, 2, 4);
    }
    for (guint i = 0; input->problems && i < input->problems->len; i++) {
        add_loud(w, SMBT_PARA_WARNING, "!", "");
        smbt_para_add(w->para, input->problems->pdata[i]);
        smbt_text_flush(w, input->complete ? 2 : 4, input->complete ? 4 : 6);
    }
}

static void add_undecoded(struct smbt_text_writer *w, const smbt_capture_info *info)
{
    if (info->undecoded_frames == 0) return;
    w->naming.places = info->places;
    add_loud(w, SMBT_PARA_WARNING, "!", "");
    smbt_text_counted(w->para, info->undecoded_frames, "frame that may carry SMB was not decoded",
                      "frames that may carry SMB were not decoded");
    for (guint i = 0; info->undecoded && i < info->undecoded->len; i++) {
        const smbt_undecoded *u = &g_array_index(info->undecoded, smbt_undecoded, i);
        smbt_para_add(w->para, i == 0 ? ": " : ", ");
        smbt_para_add(w->para, u->reason);
        smbt_para_add(w->para, " (");
        smbt_para_count(w->para, u->frames);
        smbt_para_printf(w->para, ", first in frame %" G_GUINT64_FORMAT ")", u->first_frame);
    }
    smbt_text_flush(w, 2, 4);
}

/* The captures that it was joined with. */
static void add_companions(struct smbt_text_writer *w, const smbt_capture_info *info)
{
    for (guint i = 0; info->companions && i < info->companions->len; i++) {
        smbt_para_style(w->para, SMBT_PARA_DIM);
        smbt_para_add(w->para, "joined with ");
        smbt_text_companion(w->para, &g_array_index(info->companions, smbt_companion, i));
        smbt_text_flush(w, 2, 4);
    }
    if (!info->told_elsewhere) return;
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_text_counted(w->para, info->told_elsewhere, "end is told", "ends are told");
    smbt_para_add(w->para, " with the capture that shows more of it");
    smbt_text_flush(w, 2, 4);
}

static void add_seams(struct smbt_text_writer *w, const smbt_joint_info *joint)
{
    if (joint->repeated) {
        add_loud(w, SMBT_PARA_WARNING, "!", "");
        smbt_text_counted(w->para, joint->repeated, "frame is", "frames are");
        smbt_para_add(w->para, " in more than one file: taken once");
        smbt_text_flush(w, 2, 4);
    }
    if (joint->holes) {
        add_loud(w, SMBT_PARA_WARNING, "!", "");
        smbt_text_counted(w->para, joint->holes, "hole", "holes");
        smbt_para_add(w->para, " between the files: packets are missing there (gaps)");
        smbt_text_flush(w, 2, 4);
    }
}

void smbt_text_member(GString *out, const smbt_text_style *style, const smbt_input_info *input,
                      const smbt_capture_info *info)
{
    const smbt_part_info *part = input->part;
    if (!style->verbose && input->complete && !part->repeated && !part->hole) return;
    char date[SMBT_TIMESTAMP_SIZE], clock[SMBT_TIMESTAMP_SIZE];
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    smbt_para_add(w.para, input->file);
    smbt_para_blanks(w.para, 2);
    smbt_para_add(w.para, " ");
    smbt_text_counted(w.para, info->frames, "frame", "frames");
    if (info->frames)
        smbt_para_printf(w.para, " from %s %s", smbt_timestamp_date(date, info->first),
                         smbt_timestamp_clock(clock, info->first));
    if (part->repeated) {
        smbt_para_add(w.para, ", ");
        smbt_text_counted(w.para, part->repeated, "of them is", "of them are");
        smbt_para_add(w.para, " in another file too");
    }
    if (part->hole) {
        smbt_para_add(w.para, ", after a hole of ");
        smbt_text_duration(w.para, part->pause);
    }
    if (!input->complete) smbt_para_add(w.para, ", could not be read whole");
    smbt_text_flush(&w, 2, 4);
    smbt_text_writer_clear(&w);
}

static void add_copies(struct smbt_text_writer *w, const smbt_capture_info *info)
{
    if (info->copied_frames == 0) return;
    add_loud(w, SMBT_PARA_WARNING, "!", "");
    smbt_text_counted(w->para, info->copied_frames, "packet was", "packets were");
    smbt_para_add(w->para, " recorded twice");
    if (info->routed_frames * 2 > info->copied_frames) smbt_para_add(w->para, ", on both sides of a router");
    smbt_para_printf(w->para, " (first copy: frame %" G_GUINT64_FORMAT "): copies were left out",
                     info->first_copy_frame);
    smbt_text_flush(w, 2, 4);
}

void smbt_text_capture(GString *out, const smbt_text_style *style, const smbt_input_info *input,
                       const smbt_capture_info *info, const smbt_tally *tally)
{
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    smbt_text_blank_line(&w);
    smbt_para_style(w.para, SMBT_PARA_BOLD);
    smbt_para_add(w.para, input->file ? input->file : "-");
    smbt_para_style(w.para, SMBT_PARA_PLAIN);
    smbt_para_blanks(w.para, 1);
    smbt_para_add(w.para, " ");
    if (input->joint) {
        smbt_text_counted(w.para, input->joint->files, "file", "files");
        smbt_para_add(w.para, " as one, ");
    }
    smbt_text_numbers(w.para, info);
    smbt_text_flush(&w, 0, 2);
    if (info->smb_connections) add_circumstances(&w, info);
    add_companions(&w, info);
    add_chance(&w, info, tally);
    add_problems(&w, input);
    if (input->joint) add_seams(&w, input->joint);
    add_undecoded(&w, info);
    if (info->backward_frames) {
        add_loud(&w, SMBT_PARA_WARNING, "!", "");
        smbt_text_counted(w.para, info->backward_frames, "frame is", "frames are");
        smbt_para_add(w.para, " older than the one before: taken as of the same time");
        smbt_text_flush(&w, 2, 4);
    }
    add_copies(&w, info);
    if (info->smb_connections) g_string_append_c(out, '\n');
    smbt_text_writer_clear(&w);
}

void smbt_text_summary(GString *out, const smbt_text_style *style, unsigned captures, const smbt_tally *tally)
{
    if (captures < 2) return;
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    smbt_para_style(w.para, SMBT_PARA_BOLD);
    smbt_text_counted(w.para, captures, "capture", "captures");
    smbt_para_style(w.para, SMBT_PARA_PLAIN);
    smbt_para_blanks(w.para, 1);
    smbt_para_add(w.para, " ");
    smbt_text_counted(w.para, tally->ends, "end", "ends");
    bool first = true;
    for (int i = 0; i < SMBT_CAUSE_MAX; i++) {
        if (!tally->by_cause[i]) continue;
        smbt_para_add(w.para, first ? ": " : ", ");
        smbt_para_count(w.para, tally->by_cause[i]);
        smbt_para_blanks(w.para, 1);
        smbt_para_add(w.para, smbt_cause_topic((enum smbt_cause)i)->id);
        first = false;
    }
    smbt_para_add(w.para, "; ");
    smbt_text_counted(w.para, tally->observations, "observation", "observations");
    if (tally->worst > 0)
        smbt_para_printf(w.para, "; worst: %s", smbt_severity_name((enum smbt_severity)(tally->worst - 1)));
    smbt_text_flush(&w, 0, 2);
    smbt_text_writer_clear(&w);
}

void smbt_text_rest(GString *out, const smbt_text_style *style, unsigned unwhole, unsigned not_read,
                    unsigned inputs)
{
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    if (unwhole) {
        smbt_text_counted(w.para, unwhole, "input", "inputs");
        smbt_para_add(w.para, " could not be read whole: this report holds for what was read");
        smbt_text_flush(&w, 0, 2);
    }
    if (not_read) {
        smbt_para_add(w.para, "interrupted: ");
        smbt_para_count(w.para, not_read);
        smbt_para_add(w.para, " of ");
        smbt_text_counted(w.para, inputs, "input", "inputs");
        smbt_para_add(w.para, " were not read");
        smbt_text_flush(&w, 0, 2);
    }
    smbt_text_writer_clear(&w);
}
