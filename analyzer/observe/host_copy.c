/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/host_copy.h"

#include "observe/host_name.h"
#include "observe/lines.h"

#include <string.h>

void smbt_host_copy_init(smbt_host_copy *c, const smbt_host_view *view)
{
    c->view = *view;
    c->view.workstation = g_strdup(view->workstation);
    c->view.calling_name = g_strdup(view->calling_name);
    c->view.native_os = g_strdup(view->native_os);
    c->view.native_lan_man = g_strdup(view->native_lan_man);
    c->view.user = g_strdup(view->user);
    if (view->client_guid) {
        memcpy(c->guid, view->client_guid, sizeof c->guid);
        c->view.client_guid = c->guid;
    }
    c->track = *view->track;
    smbt_line_ref(c->track.line);
    c->view.track = &c->track;
}

void smbt_host_copy_clear(smbt_host_copy *c)
{
    g_free((char *)c->view.workstation);
    g_free((char *)c->view.calling_name);
    g_free((char *)c->view.native_os);
    g_free((char *)c->view.native_lan_man);
    g_free((char *)c->view.user);
    smbt_line_unref(c->track.line);
}

const char *smbt_host_view_name(const smbt_host_view *v)
{
    return v->workstation ? v->workstation : v->calling_name;
}

/* Names of one kind that differ decide, unless another kind agrees. */
static bool surely_other(const smbt_host_view *a, const smbt_host_view *b)
{
    bool differ = a->workstation && b->workstation &&
                  smbt_host_names_compare(a->workstation, b->workstation) == SMBT_HOST_DIFFERENT;
    return differ && !(a->calling_name && b->calling_name);
}

enum smbt_same_host smbt_hosts_relation(const smbt_host_view *a, const smbt_host_view *b)
{
    if (surely_other(a, b)) return SMBT_HOST_DIFFERENT;
    smbt_host_comparison c = smbt_hosts_compare(a, b);
    g_free(c.why);
    return c.result;
}
