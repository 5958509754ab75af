/* scn2pcap SCENARIO.scn FILE.pcap: a scenario as a capture file, to be looked at with other tools.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/scenario.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    if (argc != 3) {
        fprintf(stderr, "usage: scn2pcap SCENARIO.scn FILE.pcap\n");
        return 2;
    }
    scn_scenario *s = scn_read(argv[1], &error);
    if (!s || !scn_write_pcap(s, argv[2], &error)) {
        fprintf(stderr, "scn2pcap: %s\n", error->message);
        scn_free(s);
        return 1;
    }
    scn_free(s);
    return 0;
}
