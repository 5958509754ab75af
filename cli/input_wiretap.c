/* Everything but plain pcap by libwiretap, Wireshark's reader: pcapng with any mix of interfaces, compressed
 * captures, Network Monitor, snoop and the rest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wiretap.h"

static enum input_result begin(struct input *input)
{
    struct wiretap *reader = g_new0(struct wiretap, 1);
    enum input_result result = wiretap_open(reader, input);
    if (result == INPUT_WHOLE)
        input->reader = reader;
    else
        g_free(reader);
    return result;
}

static bool next(struct input *input, smbt_frame *ret_frame)
{
    struct wiretap *reader = input->reader;
    while (wiretap_next(reader, &input->result))
        if (wiretap_frame(reader, ret_frame)) return true;
    return false;
}

static void end(void *reader)
{
    wiretap_close(reader);
    g_free(reader);
}

const struct input_reader input_wiretap_reader = {.begin = begin, .next = next, .end = end};
