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
    smbt_text_flush(w, 2, 2);
}

/* What the capture does not show whole. */
static void add_beyond(struct smbt_text_writer *w, const smbt_capture_info *info)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (!smbt_text_beyond(text, info)) return;
    smbt_para_style(w->para, SMBT_PARA_DIM);
    g_string_append_len(w->para, text->str, (gssize)text->len);
    smbt_text_flush(w, 2, 2);
}

/* Where it made a verdict doubtful, or all is asked for. */
static void add_chance(struct smbt_text_writer *w, const smbt_capture_info *info, const smbt_tally *tally)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (!w->style->verbose && !tally->by_chance) return;
    if (!smbt_text_coincidence(text, info)) return;
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_add(w->para, "coincidence: ");
    g_string_append_len(w->para, text->str, (gssize)text->len);
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

static void add_notes(struct smbt_text_writer *w, const smbt_input_info *input, const smbt_capture_info *info)
{
    g_autoptr(GPtrArray) notes = smbt_text_capture_notes(input, info);
    w->naming.places = info->places;
    for (guint i = 0; i < notes->len; i++) {
        const GString *note = notes->pdata[i];
        add_loud(w, SMBT_PARA_WARNING, "!", "");
        g_string_append_len(w->para, note->str, (gssize)note->len);
        smbt_text_flush(w, 2, 4);
    }
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
    add_beyond(&w, info);
    add_companions(&w, info);
    add_chance(&w, info, tally);
    add_problems(&w, input);
    add_notes(&w, input, info);
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
