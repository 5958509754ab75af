/* Link types as Wireshark's libraries number them, in the numbers of pcap files: for the reader of captures
 * and for the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_WIRESHARK_LINKTYPE_H
#define SMBTRACE_WIRESHARK_LINKTYPE_H

/* What smbt_linktype_of_encap adds to an encapsulation that has no counterpart: no LINKTYPE_ is as high. */
#define SMBT_LINKTYPE_OF_UNKNOWN_ENCAP 0x10000

/* The LINKTYPE_ whose packets look like those of a WTAP_ENCAP_ value once libwiretap took the pseudo-header
 * off.
 */
int smbt_linktype_of_encap(int encap);

#endif
