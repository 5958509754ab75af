/* Nothing of Wireshark is linked: the programs are asked, and the files looked at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor.h"

#include "message.h"
#include "options.h"
#include "plugin_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PLUGIN   "smbtrace.so"
#define PROTOCOL "smbtrace"
#define README   "see README, \"In Wireshark\""

#define FINE  "\u2713"
#define FAULT "\u2717"
#define NOTE  "\u2022"

struct program {
    const char *name;
    char *path; /* NULL: not installed */
    int major, minor;
    char *version; /* "4.0.17"; NULL: it did not say */
};

struct doctor {
    struct program tshark, wireshark;
    const struct program *asked; /* of the two, the one that was asked; NULL: none can be */
    bool privileged;             /* Wireshark reads the global folder only */
    char *global, *personal;     /* folders with the version in them, without epan; NULL: not known */
    char *configuration, *global_configuration;
    char *loaded; /* the file that Wireshark lists; NULL: none */

    /* What the folders showed. */
    unsigned usable;  /* files that would be loaded, of which the first is */
    char *refused;    /* a file for another version, in a folder that is read */
    int major, minor; /* for which it was built */
    char *broken;     /* a file that is no plugin, in a folder that is read */
    char *ignored;    /* a file that fits, in a folder that is not read because of the privileges */
    char *misplaced;  /* a file in the folder of another version, or beside the folder */
    char *disabled;   /* the file that turns the protocol off */
};

static void check(const char *mark, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void check(const char *mark, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *safe = message_safe(text);
    printf("%s %s\n", mark, safe);
}

enum plugins { WITH_PLUGINS, WITHOUT_PLUGINS };

/* What the program prints; NULL when it can't be run. A broken plugin ends it before it prints anything:
 * without plugins it sees neither the home folder nor WIRESHARK_PLUGIN_DIR. `ret_errors` may be NULL. */
static char *ask(const struct program *program, enum plugins plugins, const char *option, const char *value,
                 char **ret_errors)
{
    const char *command[] = {program->path, option, value, NULL};
    char *output = NULL, *errors = NULL;
    char **environment = g_get_environ();
    if (plugins == WITHOUT_PLUGINS) {
        environment = g_environ_setenv(environment, "HOME", "/nonexistent", TRUE);
        environment = g_environ_unsetenv(environment, "XDG_CONFIG_HOME");
        environment = g_environ_setenv(environment, "WIRESHARK_PLUGIN_DIR", "/nonexistent", TRUE);
    }
    bool ran = g_spawn_sync(NULL, (char **)command, environment, ret_errors ? 0 : G_SPAWN_STDERR_TO_DEV_NULL,
                            NULL, NULL, &output, ret_errors ? &errors : NULL, NULL, NULL);
    g_strfreev(environment);
    if (ran && ret_errors) *ret_errors = errors;
    return ran ? output : NULL;
}

/* "TShark (Wireshark) 4.0.17 (Git ...": the first word that looks like a version. */
static void find_version(struct program *program, const char *text)
{
    for (const char *p = text; *p && *p != '\n'; p++) {
        int length = 0;
        if (!g_ascii_isdigit(*p) || (p > text && p[-1] != ' ')) continue;
        if (sscanf(p, "%5d.%5d%n", &program->major, &program->minor, &length) != 2) continue;
        while (p[length] == '.' && g_ascii_isdigit(p[length + 1]))
            length += 1 + (int)strspn(p + length + 1, "0123456789");
        program->version = g_strndup(p, (gsize)length);
        return;
    }
}

static void find_program(struct program *program, const char *name)
{
    program->name = name;
    program->path = g_find_program_in_path(name);
    if (!program->path) {
        check(NOTE, "%s is not installed, or not in PATH", name);
        return;
    }
    g_autofree char *text = ask(program, WITHOUT_PLUGINS, "--version", NULL, NULL);
    if (text) find_version(program, text);
    if (program->version)
        check(FINE, "%s %s: %s", name, program->version, program->path);
    else
        check(FAULT, "%s: %s does not tell its version", name, program->path);
}

static void find_programs(struct doctor *d)
{
    find_program(&d->tshark, "tshark");
    find_program(&d->wireshark, "wireshark");
    d->asked = d->tshark.version ? &d->tshark : d->wireshark.version ? &d->wireshark : NULL;
    if (d->tshark.version && d->wireshark.version &&
        (d->tshark.major != d->wireshark.major || d->tshark.minor != d->wireshark.minor))
        check(NOTE, "tshark and wireshark are of different versions: each needs a plugin of its own; "
                    "what follows is about tshark");
}

/* Wireshark takes a process of user or group root for privileged, and ignores what ordinary users may write.
 */
static void check_user(struct doctor *d)
{
    d->privileged = getuid() == 0 || getgid() == 0 || getuid() != geteuid() || getgid() != getegid();
    if (d->privileged)
        check(NOTE, "%s: Wireshark ignores the personal folder and WIRESHARK_PLUGIN_DIR",
              getuid() == 0 ? "run by root" : "run with special privileges or in group root");
    else
        check(FINE, "run by an ordinary user: Wireshark reads the personal folder too");
}

/* Lines "Global Plugins:   /usr/lib/...". */
static char *find_folder(const char *text, const char *name)
{
    const char *line = text;
    while (line && !(g_str_has_prefix(line, name) && line[strlen(name)] == ':')) {
        line = strchr(line, '\n');
        if (line) line++;
    }
    if (!line) return NULL;
    line += strlen(name) + 1;
    line += strspn(line, " \t");
    size_t length = strcspn(line, "\r\n");
    return length ? g_strndup(line, length) : NULL;
}

/* Where a program that breaks off looks, as far as that can be told without it. */
static void guess_folders(struct doctor *d, const char *variable)
{
    g_autofree char *version = g_strdup_printf("%d.%d", d->asked->major, d->asked->minor);
    if (variable && !d->privileged) d->global = g_build_filename(variable, version, NULL);
    d->personal = g_build_filename(g_get_home_dir(), ".local", "lib", "wireshark", "plugins", version, NULL);
    d->configuration = g_build_filename(g_get_user_config_dir(), "wireshark", NULL);
}

static void find_folders(struct doctor *d)
{
    const char *variable = g_getenv("WIRESHARK_PLUGIN_DIR");
    g_autofree char *text = ask(d->asked, WITH_PLUGINS, "-G", "folders", NULL);
    d->global = find_folder(text, "Global Plugins");
    d->personal = find_folder(text, "Personal Plugins");
    d->configuration = find_folder(text, "Personal configuration");
    d->global_configuration = find_folder(text, "Global configuration");
    if (!d->global) {
        check(FAULT, "%s breaks off before it tells which folders it reads", d->asked->name);
        guess_folders(d, variable);
    }
    if (variable && !d->privileged)
        check(NOTE, "WIRESHARK_PLUGIN_DIR is set: %s takes the place of the global folder", variable);
}

static void keep(char **place, const char *path)
{
    if (!*place) *place = g_strdup(path);
}

/* A plugin file that lies where this Wireshark looks, or would if it were run by an ordinary user. */
static void check_file(struct doctor *d, const char *path, const char *folder, bool is_read)
{
    struct plugin_file file;
    const char *why = NULL;
    if (!plugin_file_read(path, &file, &why)) {
        if (is_read) keep(&d->broken, path);
        check(FAULT, "%s: %s: %s", folder, path, why);
        return;
    }
    const char *version = file.version ? file.version : "of unknown version";
    if (file.major != d->asked->major || file.minor != d->asked->minor) {
        if (is_read && !d->refused) d->major = file.major, d->minor = file.minor;
        if (is_read) keep(&d->refused, path);
        check(FAULT, "%s: %s %s was built for Wireshark %d.%d; %d.%d refuses it", folder, path, version,
              file.major, file.minor, d->asked->major, d->asked->minor);
    } else if (!is_read) {
        keep(&d->ignored, path);
        check(FAULT, "%s: %s %s would fit, but is ignored", folder, path, version);
    } else if (d->usable++) {
        check(NOTE, "%s: %s %s is a second copy: the first wins", folder, path, version);
    } else {
        check(FINE, "%s: %s %s, built for Wireshark %d.%d", folder, path, version, file.major, file.minor);
    }
    plugin_file_clear(&file);
}

static void check_misplaced(struct doctor *d, const char *path)
{
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) return;
    keep(&d->misplaced, path);
    check(FAULT, "%s: Wireshark %d.%d does not look there", path, d->asked->major, d->asked->minor);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Folders of other versions, and the two places where people put it instead of epan. */
static void look_beside(struct doctor *d, const char *folder)
{
    g_autofree char *above = g_path_get_dirname(folder);
    g_autofree char *without_epan = g_build_filename(folder, PLUGIN, NULL);
    g_autofree char *without_version = g_build_filename(above, PLUGIN, NULL);
    check_misplaced(d, without_epan);
    check_misplaced(d, without_version);
    g_autoptr(GDir) dir = g_dir_open(above, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *own = g_path_get_basename(folder);
    for (const char *name; dir && (name = g_dir_read_name(dir));)
        if (strcmp(name, own) != 0) g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_build_filename(above, names->pdata[i], "epan", PLUGIN, NULL);
        check_misplaced(d, path);
    }
}

static void check_folder(struct doctor *d, const char *folder, const char *what, bool is_read)
{
    if (!folder) return;
    g_autofree char *path = g_build_filename(folder, "epan", PLUGIN, NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        check_file(d, path, what, is_read);
    else
        check(NOTE, "%s: no %s", what, path);
    look_beside(d, folder);
}

/* disabled_protos: one name a line, # begins a comment. */
static bool is_disabled_in(const char *path)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL)) return false;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++)
        if (strcmp(g_strstrip(*line), PROTOCOL) == 0) return true;
    return false;
}

static void check_disabled(struct doctor *d)
{
    const char *folders[] = {d->configuration, d->global_configuration};
    for (unsigned i = 0; i < G_N_ELEMENTS(folders) && !d->disabled; i++) {
        if (!folders[i]) continue;
        g_autofree char *path = g_build_filename(folders[i], "disabled_protos", NULL);
        if (is_disabled_in(path)) d->disabled = g_steal_pointer(&path);
    }
    if (d->disabled)
        check(FAULT, "the protocol %s is turned off in %s", PROTOCOL, d->disabled);
    else
        check(FINE, "the protocol %s is not turned off", PROTOCOL);
    g_autofree char *profiles =
        d->configuration ? g_build_filename(d->configuration, "profiles", NULL) : NULL;
    g_autoptr(GDir) dir = profiles ? g_dir_open(profiles, 0, NULL) : NULL;
    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        g_autofree char *path = g_build_filename(profiles, name, "disabled_protos", NULL);
        if (is_disabled_in(path)) check(NOTE, "the profile %s turns it off, in %s", name, path);
    }
}

/* Lines "smbtrace.so <tab> 0.1.0 <tab> dissector <tab> PATH". */
static void check_listed(struct doctor *d)
{
    g_autofree char *errors = NULL;
    g_autofree char *text = ask(d->asked, WITH_PLUGINS, "-G", "plugins", &errors);
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    for (char **line = lines; *line && !d->loaded; line++) {
        const char *path = strrchr(*line, '\t');
        if (path && g_str_has_prefix(*line, PLUGIN) && strchr(" \t", (*line)[strlen(PLUGIN)]))
            d->loaded = g_strdup(path + 1);
    }
    if (d->loaded)
        check(FINE, "%s -G plugins lists %s", d->asked->name, d->loaded);
    else
        check(FAULT, "%s -G plugins does not list it", d->asked->name);
    g_auto(GStrv) said = g_strsplit(errors ? errors : "", "\n", -1);
    for (char **line = said; *line; line++)
        if (strstr(*line, PLUGIN)) check(NOTE, "it says: %s", *line);
}

static void give_verdict(const char *verdict, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void give_verdict(const char *verdict, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *remedy = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *safe = message_safe(remedy);
    printf("\n%s\nFix: %s\n", verdict, safe);
}

static int judge(const struct doctor *d)
{
    const char *not_loaded = "The plugin is not loaded.";
    const struct program *p = d->asked;
    if (!p && !d->tshark.path && !d->wireshark.path)
        give_verdict("The plugin is not loaded: there is no Wireshark.",
                     "install Wireshark (Debian: apt install wireshark, or tshark), or put it into PATH.");
    else if (!p)
        give_verdict(not_loaded, "Wireshark does not run: try it by hand, and mend its installation.");
    else if (d->loaded && d->disabled)
        give_verdict("The plugin is loaded, but turned off.",
                     "in Wireshark, Analyze, Enabled Protocols, tick %s; or take its line out of %s.",
                     PROTOCOL, d->disabled);
    else if (d->loaded)
        printf("\nThe plugin is loaded.\n");
    else if (d->usable)
        give_verdict(
            "The plugin is not loaded, though it lies where it should.",
            "what %s says, above or when it starts, names the reason; most often a library is missing "
            "or of another build. Build the plugin again on this machine; " README ".",
            p->name);
    else if (d->refused)
        give_verdict("The plugin is not loaded: it was built for another version of Wireshark.",
                     "build it against Wireshark %d.%d and put it over %s; " README ".", p->major, p->minor,
                     d->refused);
    else if (d->broken)
        give_verdict("The plugin is not loaded: its file is broken.",
                     "build and install it again, over %s; " README ".", d->broken);
    else if (d->ignored)
        give_verdict("The plugin is not loaded: Wireshark trusts no personal folder when run by root.",
                     "run Wireshark as an ordinary user, which is safer anyway; or install the plugin for "
                     "all, as %s/epan/" PLUGIN ".",
                     d->global ? d->global : "GLOBAL FOLDER");
    else if (d->misplaced)
        give_verdict(
            "The plugin is not loaded: it lies where this version of Wireshark does not look.",
            "if it was built for Wireshark %d.%d, move %s to %s/epan/; else build it anew; " README ".",
            p->major, p->minor, d->misplaced, d->privileged || !d->personal ? d->global : d->personal);
    else
        give_verdict("The plugin is not loaded: it is not installed.",
                     "build it against Wireshark %d.%d and install it, for all users as %s/epan/" PLUGIN
                     "%s%s%s; " README ".",
                     p->major, p->minor, d->global ? d->global : "GLOBAL FOLDER",
                     d->personal && !d->privileged ? " or for one as " : "",
                     d->personal && !d->privileged ? d->personal : "",
                     d->personal && !d->privileged ? "/epan/" PLUGIN : "");
    return d->loaded && !d->disabled ? STATUS_CLEAN : STATUS_FOUND;
}

static void clear(struct doctor *d)
{
    char *owned[] = {
        d->tshark.path, d->tshark.version, d->wireshark.path, d->wireshark.version, d->global,
        d->personal,    d->loaded,         d->refused,        d->configuration,     d->global_configuration,
        d->broken,      d->ignored,        d->misplaced,      d->disabled};
    for (unsigned i = 0; i < G_N_ELEMENTS(owned); i++)
        g_free(owned[i]);
}

int doctor_print(void)
{
    struct doctor d = {0};
    find_programs(&d);
    if (d.asked) {
        check_user(&d);
        find_folders(&d);
        check_folder(&d, d.global, "global folder", true);
        check_folder(&d, d.personal, "personal folder", !d.privileged);
        check_disabled(&d);
        check_listed(&d);
    }
    int status = judge(&d);
    clear(&d);
    return status;
}
