/* Everything but plain pcap by libwiretap, Wireshark's reader: pcapng with any mix of interfaces, compressed
 * captures, Network Monitor, snoop and the rest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wiretap.h"

enum input_result input_wiretap_read(struct input *input, const struct input_receiver *receiver)
{
    struct wiretap reader;
    enum input_result result = wiretap_open(&reader, input);
    if (result != INPUT_WHOLE) return result;
    while (wiretap_next(&reader, &result)) {
        smbt_frame frame;
        if (wiretap_frame(&reader, &frame)) receiver->frame(&frame, receiver->user);
        if (input->frames % INPUT_BATCH != 0 || receiver->batch(receiver->user)) continue;
        wiretap_close(&reader);
        return INPUT_STOPPED;
    }
    if (!receiver->batch(receiver->user)) result = INPUT_STOPPED;
    wiretap_close(&reader);
    return result;
}
