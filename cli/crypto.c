/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "crypto.h"

#include <gcrypt.h>
#include <glib.h>

void crypto_prepare(void)
{
    static gsize done;
    if (!g_once_init_enter(&done)) return;
    gcry_check_version(NULL);
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    g_once_init_leave(&done, 1);
}
