/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "prefs.h"

#include "ws_compat.h"

static const char *server_profile = "auto", *client_profile = "auto", *settings = "", *profiles_file = "",
                  *ports = "";
static int min_severity = SMBT_SEVERITY_INFO;
static int state = SMBT_PREFS_STATE_FINDINGS;
static guint state_mib = 64;
static smbt_ws_bool all_layers = FALSE;
static char *reported; /* the problems that were said last, so that they are said once */

static const enum_val_t severities[] = {
    {"info", "Info: everything", SMBT_SEVERITY_INFO},
    {"note", "Note", SMBT_SEVERITY_NOTE},
    {"warning", "Warning", SMBT_SEVERITY_WARNING},
    {"error", "Error", SMBT_SEVERITY_ERROR},
    {NULL, NULL, 0},
};

static const enum_val_t states[] = {
    {"off", "Nowhere", SMBT_PREFS_STATE_OFF},
    {"findings", "Where a connection ended", SMBT_PREFS_STATE_FINDINGS},
    {"all", "At every SMB frame (slow)", SMBT_PREFS_STATE_ALL},
    {NULL, NULL, 0},
};

G_GNUC_PRINTF(2, 3) static void add_problem(GPtrArray *problems, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(problems, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static void add_profiles(smbt_config *config, GPtrArray *problems)
{
    if (!profiles_file || !*profiles_file) return;
    g_autofree char *data = NULL;
    g_autoptr(GError) error = NULL;
    gsize size = 0;
    if (g_file_get_contents(profiles_file, &data, &size, &error) &&
        smbt_config_add_profiles(config, profiles_file, data, size, &error))
        return;
    add_problem(problems, "profiles file: %s", error->message);
}

static void choose(smbt_config *config, const char *side, const char *name, GPtrArray *problems)
{
    if (!name || !*name) return;
    g_autofree char *assignment = g_strconcat(side, "=", name, NULL);
    g_autoptr(GError) error = NULL;
    if (!smbt_config_choose(config, assignment, &error))
        add_problem(problems, "%s profile: %s", side, error->message);
}

static void set_values(smbt_config *config, GPtrArray *problems)
{
    g_auto(GStrv) assignments = g_strsplit_set(settings ? settings : "", " \t\n,;", -1);
    for (char **a = assignments; *a; a++) {
        g_autoptr(GError) error = NULL;
        if (**a && !smbt_config_set(config, *a, &error)) add_problem(problems, "values: %s", error->message);
    }
}

static void add_ports(smbt_config *config, GPtrArray *problems)
{
    g_autoptr(GError) error = NULL;
    if (ports && *ports && !smbt_config_add_ports(config, ports, &error))
        add_problem(problems, "other TCP ports: %s", error->message);
}

smbt_config *smbt_prefs_config(GPtrArray *problems)
{
    smbt_config *config = smbt_config_new();
    add_profiles(config, problems);
    choose(config, "server", server_profile, problems);
    choose(config, "client", client_profile, problems);
    set_values(config, problems);
    add_ports(config, problems);
    smbt_config_set_keep_state(config, state != SMBT_PREFS_STATE_OFF);
    return config;
}

/* Says what is wrong when it is entered; the note on the first frame stays for as long as it is wrong. */
static void apply(void)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    smbt_config_free(smbt_prefs_config(problems));
    g_ptr_array_add(problems, NULL);
    char *text = g_strjoinv("\n", (char **)problems->pdata);
    if (*text && g_strcmp0(text, reported) != 0) report_warning("smbtrace preferences: %s", text);
    g_free(reported);
    reported = text;
}

void smbt_prefs_register(int proto)
{
    module_t *module = prefs_register_protocol(proto, apply);
    prefs_register_string_preference(
        module, "server_profile", "Server profile",
        "What the servers are, such as windows-2003 or samba; auto: told by what "
        "they say and do. smbtrace-check --list profiles names them.",
        &server_profile);
    prefs_register_string_preference(module, "client_profile", "Client profile",
                                     "What the clients are, such as windows-xp; auto: told by what they do.",
                                     &client_profile);
    prefs_register_string_preference(
        module, "set", "Values",
        "Values that are known of this server or client, such as \"server.zero_vc=off "
        "client.session_timeout=45s\". smbtrace-check --list timers names them.",
        &settings);
    prefs_register_filename_preference(module, "profiles", "Profiles file",
                                       "More profiles, as of smbtrace-check --profiles.", &profiles_file,
                                       FALSE);
    prefs_register_string_preference(module, "ports", "Other TCP ports",
                                     "TCP ports besides 445 and 139 on which SMB is spoken, such as "
                                     "\"4450,10445-10450\": connections there are followed from their first "
                                     "packet on.",
                                     &ports);
    prefs_register_enum_preference(module, "min_severity", "Show findings from",
                                   "Findings of a lower severity are not shown.", &min_severity, severities,
                                   FALSE);
    prefs_register_enum_preference(module, "state", "Show the state of the connection",
                                   "Sessions, shares, open files, pending requests and clocks with their "
                                   "deadlines, as a subtree.",
                                   &state, states, FALSE);
    prefs_register_uint_preference(module, "state_mib", "Memory for states (MiB)",
                                   "What states may take when they are shown at every SMB frame.", 10,
                                   &state_mib);
    prefs_register_bool_preference(module, "all_layers", "Follow frames that only Wireshark can decode",
                                   "Such as Wi-Fi, GTP, or what it can decrypt: the IP packet within the "
                                   "frame is followed. Reading takes "
                                   "longer.",
                                   &all_layers);
}

enum smbt_severity smbt_prefs_min_severity(void)
{
    return (enum smbt_severity)min_severity;
}

enum smbt_prefs_state smbt_prefs_state(void)
{
    return (enum smbt_prefs_state)state;
}

bool smbt_prefs_all_layers(void)
{
    return all_layers;
}

size_t smbt_prefs_state_bytes(void)
{
    return (size_t)state_mib << 20;
}
