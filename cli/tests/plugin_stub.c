/* What Wireshark, and --doctor, ask of a plugin before they take it. SPDX-License-Identifier:
 * GPL-2.0-or-later */
#define PUBLIC __attribute__((visibility("default")))

PUBLIC extern const char plugin_version[];
PUBLIC extern const int plugin_want_major, plugin_want_minor;

PUBLIC const char plugin_version[] = "0.1.0";
PUBLIC const int plugin_want_major = STUB_MAJOR;
PUBLIC const int plugin_want_minor = STUB_MINOR;
