/* A capture that is still being made, read from a pipe: the engine's clock goes on while no packet comes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_LIVE_H
#define SMBT_CLI_LIVE_H

#include "input.h"

#include <smbtrace/smbtrace.h>

/* Reads `input` in a thread of its own and pushes its frames into `engine` from this one. `drain` is called
 * after each push or advance, and at least every tenth of a second; false: stop. An interrupt (SIGINT) ends
 * the capture as its end does, the writer getting a moment to finish.
 *
 * After STOPPED, or when *ret_abandoned, the thread still waits for the pipe and uses the input: it must be
 * left alone, and the program end soon. */
enum input_result live_read(struct input *input, smbt_engine *engine, bool (*drain)(void *user), void *user,
                            bool *ret_abandoned);

#endif
