/* Numbers as people read them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_BASE_NUMBER_H
#define SMBT_BASE_NUMBER_H

#include <stdint.h>

#define SMBT_NUMBER_SIZE 27

/* In groups of three: "18 446 744". Returns `buf`. */
const char *smbt_number_format(char buf[SMBT_NUMBER_SIZE], uint64_t n);

#endif
