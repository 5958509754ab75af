/* What options mean: the library's configuration, and which frames they name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include "format.h"
#include "message.h"

#include <string.h>

/* With a remedy, unless the library knows what was meant. */
static void report_wrong(const char *option, const char *argument, const GError *error, const char *remedy)
{
    const char *why = error ? error->message : "wrong value";
    if (g_str_has_suffix(why, "?"))
        message_print("%s %s: %s", option, argument, why);
    else
        message_print("%s %s: %s; %s", option, argument, why, remedy);
}

static bool add_profiles(smbt_config *config, const char *path)
{
    g_autofree char *data = NULL;
    size_t length;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &data, &length, &error)) {
        const char *why = strrchr(error->message, ':'); /* GLib names the file again before it */
        message_print("--profiles %s: cannot be read%s; name a file of profiles", path, why ? why : "");
        return false;
    }
    if (smbt_config_add_profiles(config, path, data, length, &error)) return true;
    report_wrong("--profiles", path, error, "correct the file");
    return false;
}

typedef bool (*assign_fn)(smbt_config *config, const char *assignment, GError **error);

static bool assign(smbt_config *config, const char *option, assign_fn function, char **assignments,
                   const char *remedy)
{
    for (char **assignment = assignments; assignment && *assignment; assignment++) {
        g_autoptr(GError) error = NULL;
        if (function(config, *assignment, &error)) continue;
        report_wrong(option, *assignment, error, remedy);
        return false;
    }
    return true;
}

bool options_trace(const struct options *options)
{
    return options->traces || options->file_traces;
}

static bool lies_in(const struct traced *end, const smbt_place *place)
{
    if (!end->file) return true;
    return g_strcmp0(end->name, place->file) == 0 || g_strcmp0(end->file, place->file) == 0 ||
           g_strcmp0(end->file, place->label) == 0;
}

int options_find_end(const struct options *options, const smbt_places *places, uint64_t frame)
{
    smbt_place place = places ? places->find(frame, places->user) : (smbt_place){.frame = frame};
    for (int i = 0; options->ends && options->ends[i].frame; i++)
        if (options->ends[i].frame == place.frame && lies_in(&options->ends[i], &place)) return i;
    return -1;
}

bool options_names_joined_end(const struct traced *wanted, const char *file, const smbt_end *end)
{
    if (wanted->frame == end->frame && g_strcmp0(wanted->name, file) == 0) return true;
    for (guint i = 0; end->views && i < end->views->len; i++) {
        const smbt_end_view *v = &g_array_index(end->views, smbt_end_view, i);
        if (v->frame == wanted->frame && g_strcmp0(wanted->name, v->file) == 0) return true;
    }
    return false;
}

smbt_config *options_config(const struct options *options)
{
    smbt_config *config = smbt_config_new();
    bool fine = true;
    for (char **path = options->profiles; fine && path && *path; path++)
        fine = add_profiles(config, *path);
    fine =
        fine && assign(config, "--profile", smbt_config_choose, options->choices, "see --list profiles") &&
        assign(config, "--set", smbt_config_set, options->settings, "see --list keys") &&
        assign(config, "--what-if", smbt_config_what_if, options->what_ifs, "see --list keys") &&
        assign(config, "--port", smbt_config_add_ports, options->ports, "445 and 139 are always among them");
    bool keep_state = options->keep_state || options->ticket || options->format->rooms & ROOM_END_STATE;
    smbt_config_set_keep_state(config, keep_state && !options_trace(options));
    if (fine) return config;
    smbt_config_free(config);
    return NULL;
}
