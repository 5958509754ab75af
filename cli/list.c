/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "list.h"

#include "format.h"
#include "message.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

static void print_topics(const smbt_topic *topics)
{
    for (; topics->id; topics++) {
        printf("%-24s", topics->id);
        if (topics->who) printf("%-9s", topics->who);
        printf("%-9s%s\n", smbt_severity_name(topics->severity), topics->meaning);
        if (topics->variants) printf("%-24svariants: %s\n", "", topics->variants);
    }
}

int list_print(const smbt_config *config, const char *what)
{
    if (strcmp(what, "causes") == 0) {
        print_topics(smbt_causes());
    } else if (strcmp(what, "observations") == 0) {
        print_topics(smbt_observation_kinds());
    } else if (strcmp(what, "profiles") == 0) {
        g_autofree char *text = smbt_config_list_profiles(config);
        fputs(text, stdout);
    } else if (strcmp(what, "keys") == 0) {
        g_autofree char *text = smbt_config_list_keys(config);
        fputs(text, stdout);
    } else if (strcmp(what, "timers") == 0) {
        g_autofree char *text = smbt_config_list_timers(config);
        fputs(text, stdout);
    } else if (strcmp(what, "transitions") == 0) {
        g_autofree char *text = smbt_list_transitions();
        fputs(text, stdout);
    } else if (strcmp(what, "formats") == 0) {
        for (const struct format *const *format = formats; *format; format++)
            printf("%-8s %s\n", (*format)->name, (*format)->meaning);
    } else if (strcmp(what, "schema") == 0) {
        fputs(smbt_schema(), stdout);
    } else {
        message_print("--list %s: no such list; use causes, observations, timers, transitions, profiles, "
                      "keys, formats or schema",
                      what);
        return STATUS_USAGE;
    }
    return STATUS_CLEAN;
}

static void print_line(const char *text)
{
    size_t length = strlen(text);
    fputs(text, stdout);
    if (length && text[length - 1] != '\n') putchar('\n');
}

/* NULL when there is none; the caller frees with g_free. A variant is told of with its cause. */
static char *explanation(const smbt_config *config, const char *id)
{
    const smbt_topic *cause = smbt_cause_of_variant(id);
    const char *text = smbt_explain(cause ? cause->id : id);
    if (text) return g_strdup(text);
    char *profile = smbt_config_explain_profile(config, id);
    return profile ? profile : smbt_config_explain_timer(config, id);
}

/* "Zero VC", "zero_vc", as people write it. */
static char *as_id(const char *written)
{
    char *id = g_ascii_strdown(written, -1);
    return g_strdelimit(id, "_ ", '-');
}

int list_explain(const smbt_config *config, const char *id)
{
    g_autofree char *plain = as_id(id);
    g_autofree char *text = explanation(config, id) ?: explanation(config, plain);
    if (!text) {
        g_auto(GStrv) ids = smbt_config_explained(config);
        const char *meant = smbt_nearest(id, (const char *const *)ids);
        if (meant) {
            message_print("--explain %s: no such cause, observation, timer or profile; did you mean %s?", id,
                          meant);
            return STATUS_USAGE;
        }
        message_print("--explain %s: no such cause, observation, timer or profile; see --list causes, "
                      "--list observations, --list timers and --list profiles",
                      id);
        return STATUS_USAGE;
    }
    print_line(text);
    return STATUS_CLEAN;
}
