/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/nbss.h"

#define NAME_BYTES 16 /* of a NetBIOS name; each becomes two letters */
#define MAX_NAME   255

/* Labels of a NetBIOS scope follow the name; they end with an empty one. */
static void skip_scope(smbt_cur *c)
{
    for (size_t total = 0; smbt_cur_ok(c);) {
        uint8_t label = smbt_cur_u8(c);
        if (!label) return;
        total += label + 1u;
        if (label > 63 || total > MAX_NAME) smbt_cur_fail(c, SMBT_CUR_MALFORMED);
        smbt_cur_skip(c, label);
    }
}

static bool read_name(smbt_cur *c, smbt_name *ret_name, uint8_t *ret_suffix)
{
    uint8_t name[NAME_BYTES];
    if (smbt_cur_u8(c) != 2 * NAME_BYTES) return false;
    for (size_t i = 0; i < NAME_BYTES; i++) {
        uint8_t high = (uint8_t)(smbt_cur_u8(c) - 'A');
        uint8_t low = (uint8_t)(smbt_cur_u8(c) - 'A');
        if (high > 15 || low > 15) return false;
        name[i] = (uint8_t)(high << 4 | low);
    }
    skip_scope(c);
    if (!smbt_cur_ok(c)) return false;
    size_t n = NAME_BYTES - 1;
    while (n > 0 && name[n - 1] == ' ')
        n--;
    smbt_name_from_oem(ret_name, name, n);
    *ret_suffix = name[NAME_BYTES - 1];
    return true;
}

bool smbt_nbss_request_decode(smbt_cur c, smbt_nbss_request *ret_request)
{
    ret_request->called.s[0] = ret_request->calling.s[0] = '\0';
    ret_request->called_suffix = ret_request->calling_suffix = 0;
    return read_name(&c, &ret_request->called, &ret_request->called_suffix) &&
           read_name(&c, &ret_request->calling, &ret_request->calling_suffix);
}
