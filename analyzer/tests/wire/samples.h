/* One frame of every encapsulation, each around the same TCP segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_WIRE_SAMPLES_H
#define SMBT_TESTS_WIRE_SAMPLES_H

#include "wire/build.h"

typedef struct t_sample {
    const char *name;
    int linktype;
    uint8_t family, tunnels;
    bool has_mac;
    GByteArray *(*build)(GByteArray *tcp);
} t_sample;

#define T_SAMPLE(name, expression)                                                                           \
    static GByteArray *sample_##name(GByteArray *b)                                                          \
    {                                                                                                        \
        return (expression);                                                                                 \
    }

#define T_INNER_ETHERNET(b)       t_ethernet(t_ipv4(b, 6), 0x0800)
#define T_COOKED(b, arphrd, type) T_FRONT(b, 0, 0, T_16(arphrd), 0, 6, 2, 0, 0, 0, 0, 0x17, 0, 0, T_16(type))
#define T_COOKED2(b, arphrd, type)                                                                           \
    T_FRONT(b, T_16(type), 0, 0, 0, 0, 0, 1, T_16(arphrd), 0, 6, 2, 0, 0, 0, 0, 0x17, 0, 0)

T_SAMPLE(ethernet, t_ethernet(t_ipv4(b, 6), 0x0800))
T_SAMPLE(ethernet_6, t_ethernet(t_ipv6(b, 6), 0x86dd))
T_SAMPLE(vlan, t_ethernet(T_FRONT(t_ipv4(b, 6), 0, 7, T_16(0x0800)), 0x8100))
T_SAMPLE(qinq, t_ethernet(T_FRONT(t_ipv4(b, 6), 0, 7, T_16(0x8100), 0, 8, T_16(0x0800)), 0x88a8))
T_SAMPLE(qinq_old, t_ethernet(T_FRONT(t_ipv6(b, 6), 0, 7, T_16(0x8100), 0, 8, T_16(0x86dd)), 0x9100))
T_SAMPLE(vntag, t_ethernet(T_FRONT(t_ipv4(b, 6), 0, 0, 0, 1, T_16(0x0800)), 0x8926))
T_SAMPLE(etag, t_ethernet(T_FRONT(t_ipv4(b, 6), 0, 0, 0, 1, 0, 0, T_16(0x0800)), 0x893f))
T_SAMPLE(snap, t_ethernet_llc(T_FRONT(t_ipv4(b, 6), 0xaa, 0xaa, 3, 0, 0, 0, 8, 0)))
T_SAMPLE(llc_ip, t_ethernet_llc(T_FRONT(t_ipv4(b, 6), 6, 6, 3)))
T_SAMPLE(vlan_snap,
         t_ethernet(T_FRONT(t_length_front(T_FRONT(t_ipv4(b, 6), 0xaa, 0xaa, 3, 0, 0, 0, 8, 0)), 0, 7),
                    0x8100))
T_SAMPLE(pppoe, t_ethernet(t_pppoe(t_ipv4(b, 6), 0x21), 0x8864))
T_SAMPLE(pppoe_6, t_ethernet(t_pppoe(t_ipv6(b, 6), 0x57), 0x8864))
T_SAMPLE(mpls, t_ethernet(T_FRONT(t_ipv4(b, 6), 0, 1, 0, 64, 0, 2, 1, 64), 0x8847))
T_SAMPLE(mpls_6, t_ethernet(T_FRONT(t_ipv6(b, 6), 0, 1, 1, 64), 0x8847))
T_SAMPLE(mpls_ethernet, t_ethernet(T_FRONT(T_INNER_ETHERNET(b), 0, 1, 1, 64), 0x8847))
T_SAMPLE(mpls_control_word, t_ethernet(T_FRONT(T_INNER_ETHERNET(b), 0, 1, 1, 64, 0, 0, 0, 0), 0x8847))
T_SAMPLE(cooked, T_COOKED(t_ipv4(b, 6), 1, 0x0800))
T_SAMPLE(cooked_vlan, T_COOKED(T_FRONT(t_ipv4(b, 6), 0, 7, T_16(0x0800)), 1, 0x8100))
T_SAMPLE(cooked_ppp, T_COOKED(t_ipv4(b, 6), 512, 0x0800))
T_SAMPLE(cooked2, T_COOKED2(t_ipv6(b, 6), 1, 0x86dd))
T_SAMPLE(cooked2_tun, T_COOKED2(t_ipv4(b, 6), 65534, 0x0800))
T_SAMPLE(null_little, T_FRONT(t_ipv4(b, 6), 2, 0, 0, 0))
T_SAMPLE(null_big, T_FRONT(t_ipv4(b, 6), 0, 0, 0, 2))
T_SAMPLE(null_windows_6, T_FRONT(t_ipv6(b, 6), 23, 0, 0, 0))
T_SAMPLE(null_macos_6, T_FRONT(t_ipv6(b, 6), 30, 0, 0, 0))
T_SAMPLE(loop_freebsd_6, T_FRONT(t_ipv6(b, 6), 0, 0, 0, 28))
T_SAMPLE(loop_openbsd_6, T_FRONT(t_ipv6(b, 6), 24, 0, 0, 0))
T_SAMPLE(ipv4, t_ipv4(b, 6))
T_SAMPLE(ipv6, t_ipv6(b, 6))
T_SAMPLE(ppp, T_FRONT(t_ipv4(b, 6), 0, 0x21))
T_SAMPLE(ppp_short, T_FRONT(t_ipv4(b, 6), 0x21))
T_SAMPLE(ppp_hdlc, T_FRONT(t_ipv6(b, 6), 0xff, 3, 0, 0x57))
T_SAMPLE(ppp_cisco, T_FRONT(t_ipv4(b, 6), 0x0f, 0, T_16(0x0800)))
T_SAMPLE(ppp_ether, t_pppoe(t_ipv4(b, 6), 0x21))
T_SAMPLE(gre, t_ipv4(T_FRONT(t_ipv4(b, 6), 0, 0, 8, 0), 47))
T_SAMPLE(gre_all, t_ipv4(T_FRONT(t_ipv6(b, 6), 0xb0, 0, 0x86, 0xdd, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2), 47))
T_SAMPLE(gre_mpls, t_ipv4(T_FRONT(t_ipv4(b, 6), 0, 0, 0x88, 0x47, 0, 1, 1, 64), 47))
T_SAMPLE(nvgre, t_ipv6(T_FRONT(T_INNER_ETHERNET(b), 0x20, 0, 0x65, 0x58, 0, 1, 2, 3), 47))
T_SAMPLE(erspan_1, t_ipv4(T_FRONT(T_INNER_ETHERNET(b), 0, 0, 0x88, 0xbe), 47))
T_SAMPLE(erspan_2,
         t_ipv4(T_FRONT(T_INNER_ETHERNET(b), 0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 7, 0, 1, 0, 0, 0, 5), 47))
T_SAMPLE(erspan_3, t_ipv4(T_FRONT(T_INNER_ETHERNET(b), 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 7, 0, 1, 0, 0,
                                  0, 5, 0, 0, 0, 0),
                          47))
T_SAMPLE(erspan_3_sub, t_ipv4(T_FRONT(T_INNER_ETHERNET(b), 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 7, 0, 1, 0,
                                      0, 0, 5, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8),
                              47))
T_SAMPLE(pptp, t_ipv4(T_FRONT(t_ipv4(b, 6), 0x30, 0x81, 0x88, 0x0b, 0, 64, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2, 0xff,
                              3, 0, 0x21),
                      47))
T_SAMPLE(ip_in_ip, t_ipv4(t_ipv4(b, 6), 4))
T_SAMPLE(six_in_four, t_ipv4(t_ipv6(b, 6), 41))
T_SAMPLE(four_in_six, t_ipv6(t_ipv4(b, 6), 4))
T_SAMPLE(mpls_in_ip, t_ipv4(T_FRONT(t_ipv4(b, 6), 0, 1, 1, 64), 137))
T_SAMPLE(vxlan, t_ipv4(t_udp(T_FRONT(T_INNER_ETHERNET(b), 8, 0, 0, 0, 0, 0, 7, 0), 4789), 17))
T_SAMPLE(vxlan_linux, t_ipv6(t_udp(T_FRONT(T_INNER_ETHERNET(b), 8, 0, 0, 0, 0, 0, 7, 0), 8472), 17))
T_SAMPLE(geneve,
         t_ipv4(t_udp(T_FRONT(T_INNER_ETHERNET(b), 1, 0, 0x65, 0x58, 0, 0, 7, 0, 1, 2, 3, 0), 6081), 17))
T_SAMPLE(ah,
         t_ipv4(T_FRONT(b, 6, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 51))
T_SAMPLE(extensions,
         t_ipv6(T_FRONT(b, 43, 0, 1, 4, 0, 0, 0, 0, 60, 0, 4, 0, 0, 0, 0, 0, 51, 1, 1, 12, 0, 0, 0, 0, 0, 0,
                        0, 0, 0, 0, 0, 0, 44, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 6, 0, 0, 0, 0, 0, 0, 9),
                0))

static const t_sample t_samples[] G_GNUC_UNUSED = {
    {"ethernet", 1, 4, 0, true, sample_ethernet},
    {"ethernet-ipv6", 1, 6, 0, true, sample_ethernet_6},
    {"vlan", 1, 4, 0, true, sample_vlan},
    {"qinq", 1, 4, 0, true, sample_qinq},
    {"qinq-old", 1, 6, 0, true, sample_qinq_old},
    {"vntag", 1, 4, 0, true, sample_vntag},
    {"etag", 1, 4, 0, true, sample_etag},
    {"snap", 1, 4, 0, true, sample_snap},
    {"llc-ip", 1, 4, 0, true, sample_llc_ip},
    {"vlan-snap", 1, 4, 0, true, sample_vlan_snap},
    {"pppoe", 1, 4, 0, true, sample_pppoe},
    {"pppoe-ipv6", 1, 6, 0, true, sample_pppoe_6},
    {"mpls", 1, 4, 0, true, sample_mpls},
    {"mpls-ipv6", 1, 6, 0, true, sample_mpls_6},
    {"mpls-ethernet", 1, 4, 1, true, sample_mpls_ethernet},
    {"mpls-control-word", 1, 4, 1, true, sample_mpls_control_word},
    {"cooked", 113, 4, 0, true, sample_cooked},
    {"cooked-vlan", 113, 4, 0, true, sample_cooked_vlan},
    {"cooked-ppp", 113, 4, 0, false, sample_cooked_ppp},
    {"cooked2", 276, 6, 0, true, sample_cooked2},
    {"cooked2-tun", 276, 4, 0, false, sample_cooked2_tun},
    {"null-little", 0, 4, 0, false, sample_null_little},
    {"null-big", 0, 4, 0, false, sample_null_big},
    {"null-windows-ipv6", 0, 6, 0, false, sample_null_windows_6},
    {"null-macos-ipv6", 0, 6, 0, false, sample_null_macos_6},
    {"loop-freebsd-ipv6", 108, 6, 0, false, sample_loop_freebsd_6},
    {"loop-openbsd-ipv6", 108, 6, 0, false, sample_loop_openbsd_6},
    {"raw-12", 12, 4, 0, false, sample_ipv4},
    {"raw-14", 14, 6, 0, false, sample_ipv6},
    {"raw", 101, 4, 0, false, sample_ipv4},
    {"raw-ipv6", 101, 6, 0, false, sample_ipv6},
    {"ipv4", 228, 4, 0, false, sample_ipv4},
    {"ipv6", 229, 6, 0, false, sample_ipv6},
    {"ppp", 9, 4, 0, false, sample_ppp},
    {"ppp-short", 9, 4, 0, false, sample_ppp_short},
    {"ppp-hdlc", 9, 6, 0, false, sample_ppp_hdlc},
    {"ppp-serial", 50, 6, 0, false, sample_ppp_hdlc},
    {"ppp-serial-cisco", 50, 4, 0, false, sample_ppp_cisco},
    {"ppp-ether", 51, 4, 0, false, sample_ppp_ether},
    {"c-hdlc", 104, 4, 0, false, sample_ppp_cisco},
    {"gre", 101, 4, 1, false, sample_gre},
    {"gre-all", 101, 6, 1, false, sample_gre_all},
    {"gre-mpls", 101, 4, 1, false, sample_gre_mpls},
    {"nvgre", 101, 4, 1, true, sample_nvgre},
    {"erspan-1", 101, 4, 1, true, sample_erspan_1},
    {"erspan-2", 101, 4, 1, true, sample_erspan_2},
    {"erspan-3", 101, 4, 1, true, sample_erspan_3},
    {"erspan-3-sub", 101, 4, 1, true, sample_erspan_3_sub},
    {"pptp", 101, 4, 1, false, sample_pptp},
    {"ip-in-ip", 101, 4, 1, false, sample_ip_in_ip},
    {"6in4", 101, 6, 1, false, sample_six_in_four},
    {"4in6", 101, 4, 1, false, sample_four_in_six},
    {"mpls-in-ip", 101, 4, 1, false, sample_mpls_in_ip},
    {"vxlan", 101, 4, 1, true, sample_vxlan},
    {"vxlan-linux", 101, 4, 1, true, sample_vxlan_linux},
    {"geneve", 101, 4, 1, true, sample_geneve},
    {"ah", 101, 4, 0, false, sample_ah},
    {"extensions", 101, 6, 0, false, sample_extensions},
};

#endif
