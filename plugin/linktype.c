/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "linktype.h"

#include <wireshark.h>
#include <wiretap/wtap.h>

static const struct {
    int encap, linktype;
} linktypes[] = {
    {WTAP_ENCAP_ETHERNET, 1},
    {WTAP_ENCAP_RAW_IP, 101},
    {WTAP_ENCAP_RAW_IP4, 228},
    {WTAP_ENCAP_RAW_IP6, 229},
    {WTAP_ENCAP_SLL, 113},
    {WTAP_ENCAP_SLL2, 276},
    {WTAP_ENCAP_NULL, 0},
    {WTAP_ENCAP_LOOP, 108},
    {WTAP_ENCAP_PPP, 9},
    {WTAP_ENCAP_PPP_WITH_PHDR, 9},
    {WTAP_ENCAP_PPP_ETHER, 51},
    {WTAP_ENCAP_CHDLC, 104},
    {WTAP_ENCAP_FRELAY, 107},
    {WTAP_ENCAP_TOKEN_RING, 6},
    {WTAP_ENCAP_FDDI, 10},
    {WTAP_ENCAP_ATM_RFC1483, 100},
    {WTAP_ENCAP_LINUX_ATM_CLIP, 106},
    {WTAP_ENCAP_IEEE_802_11, 105},
    {WTAP_ENCAP_IEEE_802_11_WITH_RADIO, 105},
    {WTAP_ENCAP_IEEE_802_11_PRISM, 119},
    {WTAP_ENCAP_IEEE_802_11_RADIOTAP, 127},
    {WTAP_ENCAP_IEEE_802_11_AVS, 163},
    {WTAP_ENCAP_PFLOG, 117},
    {WTAP_ENCAP_ENC, 109},
    {WTAP_ENCAP_IP_OVER_FC, 122},
    {WTAP_ENCAP_APPLE_IP_OVER_IEEE1394, 138},
    {WTAP_ENCAP_NFLOG, 239},
    {WTAP_ENCAP_PPI, 192},
    {WTAP_ENCAP_PKTAP, 258},
};

int smbt_linktype_of_encap(int encap)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(linktypes); i++)
        if (linktypes[i].encap == encap) return linktypes[i].linktype;
    return SMBT_LINKTYPE_OF_UNKNOWN_ENCAP + encap;
}
