/* TCP ports on which SMB is expected, as one bit each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include <string.h>

#define BITS 8

static void add_port(uint8_t *ports, unsigned port)
{
    ports[port / BITS] |= (uint8_t)(1u << port % BITS);
}

bool smbt_config_is_smb_port(const smbt_config *config, uint16_t port)
{
    return config->ports[port / BITS] >> port % BITS & 1;
}

void smbt_config_add_usual_ports(smbt_config *config)
{
    add_port(config->ports, 445);
    add_port(config->ports, 139);
}

static bool parse_port(char *text, unsigned *ret_port)
{
    guint64 port;
    if (!g_ascii_string_to_unsigned(g_strstrip(text), 10, 1, G_MAXUINT16, &port, NULL)) return false;
    *ret_port = (unsigned)port;
    return true;
}

/* "4450" or "4450-4460" */
static bool add_range(uint8_t *ports, const char *given)
{
    g_auto(GStrv) ends = g_strsplit(given, "-", 2);
    unsigned first, last;
    if (!ends[0] || !parse_port(ends[0], &first)) return false;
    if (!ends[1])
        last = first;
    else if (!parse_port(ends[1], &last) || last < first)
        return false;
    for (unsigned port = first; port <= last; port++)
        add_port(ports, port);
    return true;
}

bool smbt_config_add_ports(smbt_config *config, const char *ports, GError **error)
{
    uint8_t all[sizeof config->ports];
    memcpy(all, config->ports, sizeof all);
    g_auto(GStrv) ranges = g_strsplit(*ports ? ports : " ", ",", -1);
    for (char **range = ranges; *range; range++) {
        if (add_range(all, *range)) continue;
        g_set_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_RANGE,
                    "\"%s\" is no TCP port; write 1 to 65535, or a range such as 4450-4460",
                    g_strstrip(*range));
        return false;
    }
    memcpy(config->ports, all, sizeof all);
    return true;
}
