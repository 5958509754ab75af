/* TCP timestamps as points of a clock's line (RFC 7323; facts 8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_STAMPS_H
#define SMBT_OBSERVE_STAMPS_H

#include "base/time.h"

enum smbt_same_host { SMBT_HOST_UNDETERMINED, SMBT_HOST_SAME, SMBT_HOST_DIFFERENT };

/* A TCP timestamp and when it was seen. */
typedef struct smbt_stamp {
    smbt_time time;
    uint32_t value;
} smbt_stamp;

struct smbt_sender;

/* The rate of a sender's clock in Hz, when its stamps span long enough to tell and it is one in use; else 0.
 */
unsigned smbt_stamps_rate(const struct smbt_sender *sender);

/* Whether two stamps lie on one line of a clock of this rate, `slack` before or after it at the most, and
 * `drift` in a million more with the time between them. */
bool smbt_stamps_on_one_line(const smbt_stamp *a, const smbt_stamp *b, unsigned rate, smbt_duration slack,
                             unsigned drift);

/* Whether the stamps of two senders lie on one clock's line (any tick rate from 10 Hz to 1 kHz). */
enum smbt_same_host smbt_stamps_compare(const struct smbt_sender *a, const struct smbt_sender *b);

/* Whether their clocks tick at different rates: no stack does that by connection. */
bool smbt_stamps_tick_apart(const struct smbt_sender *a, const struct smbt_sender *b);

#endif
