/* What well-known systems call themselves, and what they say they can.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/world.h"

#include <string.h>

#define CAP_DYNAMIC_REAUTH 0x20000000u

struct preset {
    const char *system; /* of `windows=`, or the word itself */
    const char *os, *lan_man;
    guint32 capabilities; /* 0: as every host of its side */
    bool old;             /* no extended security */
};

static const struct preset windows_clients[] = {
    {"98", "Windows 4.0", "Windows 4.0", 0x4, true},
    {"nt4", "Windows NT 1381", "", 0xd4, true},
    {"2000", "Windows 2000 2195", "Windows 2000 5.0", 0xd4, false},
    {"xp", "Windows 2002 Service Pack 2 2600", "Windows 2002 5.1", CAP_DYNAMIC_REAUTH | 0xd4, false},
    {"2003", "Windows Server 2003 3790 Service Pack 2", "Windows Server 2003 5.2", CAP_DYNAMIC_REAUTH | 0xd4,
     false},
    {"vista", "", "", CAP_DYNAMIC_REAUTH | 0xd4, false},
    {"2008", "", "", CAP_DYNAMIC_REAUTH | 0xd4, false},
    {"7", "", "", CAP_DYNAMIC_REAUTH | 0xd4, false},
    {"2008r2", "", "", CAP_DYNAMIC_REAUTH | 0xd4, false},
};

/* Since Vista without CAP_RAW_MODE and CAP_MPX_MODE. */
static const struct preset windows_servers[] = {
    {"98", "Windows 4.0", "Windows 4.0", 0x251, true},
    {"nt4", "Windows NT 4.0", "NT LAN Manager 4.0", 0x43fd, true},
    {"2000", "Windows 5.0", "Windows 2000 LAN Manager", 0xf3fd, false},
    {"xp", "Windows 5.1", "Windows 2000 LAN Manager", 0xf3fd, false},
    {"2003", "Windows Server 2003 3790 Service Pack 2", "Windows Server 2003 5.2", 0xf3fd, false},
    {"vista", "Windows Vista (TM) Business 6002 Service Pack 2", "Windows Vista (TM) Business 6.0", 0x1f3fc,
     false},
    {"2008", "Windows Server (R) 2008 Standard 6002 Service Pack 2", "Windows Server (R) 2008 Standard 6.0",
     0x1f3fc, false},
    {"7", "Windows 7 Professional 7601 Service Pack 1", "Windows 7 Professional 6.1", 0x1f3fc, false},
    {"2008r2", "Windows Server 2008 R2 Standard 7601 Service Pack 1", "Windows Server 2008 R2 Standard 6.1",
     0x1f3fc, false},
};

static const struct preset others[] = {
    {"samba", "Unix", "Samba 4.17", 0, false},
    {"smbclient", "Unix", "Samba", 0, false},
    {"impacket", "Unix", "Samba", 0, false},
    {"jcifs", "Linux", "jCIFS", 0, false},
    {"linux-cifs", "Linux version 3.2.0", "CIFS VFS Client for Linux", 0, false},
};

static void adopt(scn_host *h, const struct preset *p)
{
    g_free(h->os);
    g_free(h->lan_man);
    h->os = g_strdup(p->os);
    h->lan_man = g_strdup(p->lan_man);
    if (p->capabilities) h->capabilities = p->capabilities;
    if (p->old) h->extended_security = false;
}

static void adopt_windows(scn_line *line, scn_host *h, const char *which)
{
    const struct preset *all = h->is_server ? windows_servers : windows_clients;
    gsize n = h->is_server ? G_N_ELEMENTS(windows_servers) : G_N_ELEMENTS(windows_clients);
    for (gsize i = 0; i < n; i++) {
        if (strcmp(all[i].system, which) != 0) continue;
        adopt(h, &all[i]);
        return;
    }
    scn_line_fail(line, "there is no windows=%s", which);
}

/* `samba=4.9`, `linux-cifs=3.2`: the version in place of the usual one. */
static void set_version(scn_host *h, const char *system, const char *version)
{
    char **where = strcmp(system, "samba") == 0        ? &h->lan_man
                   : strcmp(system, "linux-cifs") == 0 ? &h->os
                                                       : NULL;
    if (!where) return;
    const char *dot = strchr(version, '.');
    bool short_one = where == &h->os && dot && !strchr(dot + 1, '.');
    g_free(*where);
    *where = where == &h->os ? g_strdup_printf("Linux version %s%s", version, short_one ? ".0" : "")
                             : g_strdup_printf("Samba %s", version);
}

void scn_preset_apply(scn_line *line, scn_host *h)
{
    const char *which = scn_line_get(line, "windows", NULL);
    if (which) adopt_windows(line, h, which);
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        const char *version = scn_line_get(line, others[i].system, NULL);
        if (!version && !scn_line_has(line, others[i].system)) continue;
        adopt(h, &others[i]);
        if (version) set_version(h, others[i].system, version);
        if (h->is_server && strcmp(others[i].system, "samba") == 0) h->unix_extensions = true;
    }
}
