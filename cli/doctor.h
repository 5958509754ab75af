/* smbtrace-check --doctor: why Wireshark loads its smbtrace plugin, or does not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_DOCTOR_H
#define SMBT_CLI_DOCTOR_H

/* Prints a line per check and a verdict. STATUS_CLEAN when Wireshark loads the plugin and uses it, else
 * STATUS_FOUND. */
int doctor_print(void);

#endif
