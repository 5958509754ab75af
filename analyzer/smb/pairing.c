/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/pairing.h"

#include <string.h>

void smbt_request_clear(smbt_request *request)
{
    g_clear_pointer(&request->path, g_free);
}

void smbt_pairing_forget(smbt_pairing *p)
{
    for (unsigned i = 0; i < p->count; i++)
        smbt_request_clear(&p->pending[i]);
    p->count = 0;
}

void smbt_pairing_clear(smbt_pairing *p)
{
    smbt_pairing_forget(p);
    g_free(p->pending);
    *p = (smbt_pairing){0};
}

static void remove_at(smbt_pairing *p, unsigned at)
{
    smbt_request_clear(&p->pending[at]);
    memmove(p->pending + at, p->pending + at + 1, (p->count - at - 1) * sizeof *p->pending);
    p->count--;
}

void smbt_pairing_add(smbt_pairing *p, const smbt_request *request, unsigned max)
{
    smbt_time since = request->since ? request->since : request->time;
    if (request->has_id) {
        for (unsigned i = 0; i < p->count; i++) {
            if (p->pending[i].has_id && p->pending[i].id == request->id) {
                since = p->pending[i].since;
                remove_at(p, i);
                break;
            }
        }
    }
    if (p->count >= max) {
        remove_at(p, 0);
        p->dropped++;
    }
    if (p->count == p->capacity) {
        p->capacity = p->capacity ? p->capacity * 2 : 4;
        p->pending = g_renew(smbt_request, p->pending, p->capacity);
    }
    p->pending[p->count] = *request;
    p->pending[p->count++].since = since;
}

smbt_request *smbt_pairing_find(smbt_pairing *p, bool has_id, uint64_t id, uint16_t command)
{
    for (unsigned i = 0; i < p->count; i++) {
        smbt_request *r = &p->pending[i];
        if (has_id && r->has_id ? r->id == id : r->command == command) return r;
    }
    return NULL;
}

void smbt_pairing_remove(smbt_pairing *p, smbt_request *request)
{
    remove_at(p, (unsigned)(request - p->pending));
}
