/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"
#include "profile/timer.h"

#include <string.h>

static const smbt_limits default_limits = {
    .connections = 131072,
    .peers = 262144,
    .reorder_bytes = 256 * 1024,
    .reorder_total = 64 * 1024 * 1024,
    .fragment_bytes = 16 * 1024 * 1024,
    .pending_requests = 1024,
    .marks = 1024 * 1024,
};

smbt_config *smbt_config_new(void)
{
    smbt_config *c = g_new0(smbt_config, 1);
    c->profiles = smbt_profiles_new();
    c->limits = default_limits;
    smbt_config_add_usual_ports(c);
    return c;
}

void smbt_config_free(smbt_config *config)
{
    if (!config) return;
    smbt_profiles_free(config->profiles);
    g_free(config->chosen_server);
    g_free(config->chosen_client);
    g_strfreev(config->what_if);
    g_free(config);
}

bool smbt_config_add_profiles(smbt_config *config, const char *origin, const char *data, size_t len,
                              GError **error)
{
    return smbt_profiles_add(config->profiles, origin, data, len, error);
}

static bool no_such_profile(const smbt_config *config, enum smbt_side side, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_ptr_array_add(names, "auto");
    for (unsigned i = 0; i < smbt_profiles_count(config->profiles, side); i++)
        g_ptr_array_add(names, (char *)smbt_profiles_get(config->profiles, side, i)->name);
    g_ptr_array_add(names, NULL);
    const char *meant = smbt_nearest(name, (const char *const *)names->pdata);
    g_autofree char *list = meant ? NULL : g_strjoinv(", ", (char **)names->pdata);
    if (meant)
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_UNKNOWN,
                    "no %s profile \"%s\"; did you mean %s?", smbt_side_name(side), name, meant);
    else
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_UNKNOWN,
                    "no %s profile \"%s\"; there are: %s", smbt_side_name(side), name, list);
    return false;
}

bool smbt_config_choose(smbt_config *config, const char *assignment, GError **error)
{
    bool server = g_str_has_prefix(assignment, "server="), client = g_str_has_prefix(assignment, "client=");
    if (!server && !client) {
        g_set_error(
            error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_SYNTAX,
            "\"%s\" chooses no profile; write server=NAME or client=NAME, such as server=windows-2003",
            assignment);
        return false;
    }
    enum smbt_side side = server ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT;
    const char *name = strchr(assignment, '=') + 1;
    bool is_auto = strcmp(name, "auto") == 0;
    if (!is_auto && smbt_profiles_find(config->profiles, side, name) < 0)
        return no_such_profile(config, side, name, error);
    char **chosen = server ? &config->chosen_server : &config->chosen_client;
    g_free(*chosen);
    *chosen = is_auto ? NULL : g_strdup(name);
    return true;
}

bool smbt_config_set(smbt_config *config, const char *assignment, GError **error)
{
    return smbt_profiles_set(config->profiles, assignment, error);
}

void smbt_config_set_limits(smbt_config *config, const smbt_limits *limits)
{
    config->limits = *limits;
}
void smbt_config_get_limits(const smbt_config *config, smbt_limits *ret_limits)
{
    *ret_limits = config->limits;
}
void smbt_config_set_live(smbt_config *config, bool live)
{
    config->live = live;
}
void smbt_config_set_keep_sightings(smbt_config *config, unsigned most)
{
    config->keep_sightings = most;
}
void smbt_config_set_keep_state(smbt_config *config, bool keep_state)
{
    config->keep_state = keep_state;
}
void smbt_config_set_places(smbt_config *config, const smbt_places *places)
{
    config->places = places;
}

bool smbt_config_what_if(smbt_config *config, const char *assignment, GError **error)
{
    smbt_profiles *scratch = smbt_profiles_copy(config->profiles);
    bool fine = smbt_profiles_set(scratch, assignment, error);
    smbt_profiles_free(scratch);
    if (!fine) return false;
    guint n = config->what_if ? g_strv_length(config->what_if) : 0;
    config->what_if = g_renew(char *, config->what_if, n + 2);
    config->what_if[n] = g_strdup(assignment);
    config->what_if[n + 1] = NULL;
    return true;
}

smbt_config *smbt_config_copy(const smbt_config *config)
{
    smbt_config *copy = g_memdup2(config, sizeof *config);
    copy->profiles = smbt_profiles_copy(config->profiles);
    copy->chosen_server = g_strdup(config->chosen_server);
    copy->chosen_client = g_strdup(config->chosen_client);
    copy->what_if = g_strdupv(config->what_if);
    return copy;
}

char *smbt_config_list_profiles(const smbt_config *config)
{
    return smbt_profiles_list(config->profiles);
}

char *smbt_config_list_keys(const smbt_config *config)
{
    return smbt_profiles_list_keys(config->profiles);
}

char *smbt_config_explain_profile(const smbt_config *config, const char *name)
{
    return smbt_profiles_explain(config->profiles, name);
}

char *smbt_config_list_timers(const smbt_config *config)
{
    return smbt_timers_list(config->profiles);
}

char *smbt_config_explain_timer(const smbt_config *config, const char *name)
{
    /* As it is written for --set. */
    if (g_str_has_prefix(name, "server.") || g_str_has_prefix(name, "client.")) name += strlen("server.");
    return smbt_timers_explain(config->profiles, name);
}

static void add_topics(GPtrArray *ids, const smbt_topic *topics)
{
    for (; topics->id; topics++) {
        g_ptr_array_add(ids, g_strdup(topics->id));
        g_auto(GStrv) variants = g_strsplit(topics->variants ? topics->variants : "", ", ", -1);
        for (char **variant = variants; *variant; variant++)
            g_ptr_array_add(ids, g_strdup(*variant));
    }
}

char **smbt_config_explained(const smbt_config *config)
{
    GPtrArray *ids = g_ptr_array_new();
    add_topics(ids, smbt_causes());
    add_topics(ids, smbt_observation_kinds());
    g_ptr_array_add(ids, g_strdup(SMBT_PATTERN_PING_PONG));
    for (int timer = 0; timer < SMBT_TIMER_MAX; timer++)
        g_ptr_array_add(ids, g_strdup(smbt_timer_get((enum smbt_timer)timer)->id));
    for (int side = 0; side < 2; side++)
        for (unsigned i = 0; i < smbt_profiles_count(config->profiles, (enum smbt_side)side); i++)
            g_ptr_array_add(ids,
                            g_strdup(smbt_profiles_get(config->profiles, (enum smbt_side)side, i)->name));
    g_ptr_array_add(ids, NULL);
    return (char **)g_ptr_array_free(ids, FALSE);
}

char *smbt_list_transitions(void)
{
    g_autofree char *effects = smbt_effects_list(), *exempt = smbt_exempt_list(),
                    *violations = smbt_violations_list();
    return g_strdup_printf("What SMB1 messages make and release (sections of MS-CIFS):\n\n%s\n"
                           "Requests that may wait for ever; no clock of the client's runs for them:\n\n%s\n"
                           "What obliges servers to close, by profile:\n\n%s",
                           effects, exempt, violations);
}
