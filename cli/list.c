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
                      "formats or schema",
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

int list_explain(const smbt_config *config, const char *id)
{
    const char *text = smbt_explain(id);
    g_autofree char *profile = text ? NULL : smbt_config_explain_profile(config, id);
    g_autofree char *timer = text || profile ? NULL : smbt_config_explain_timer(config, id);
    if (!text && !profile && !timer) {
        message_print("--explain %s: no such cause, observation, timer or profile; see --list causes, "
                      "--list observations, --list timers and --list profiles",
                      id);
        return STATUS_USAGE;
    }
    print_line(text ? text : profile ? profile : timer);
    return STATUS_CLEAN;
}
