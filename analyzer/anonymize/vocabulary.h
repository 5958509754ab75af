/* Words that name nobody: what vendors call their systems, and what the protocol calls its own shares and
 * pipes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ANONYMIZE_VOCABULARY_H
#define SMBT_ANONYMIZE_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>

/* n characters of ASCII, upper or lower case. */

/* A word of NativeOS, NativeLanMan, a dialect or a file system: "Windows", "Samba". Numbers of up to five
 * digits are. */
bool smbt_vocabulary_is_product(const char *word, size_t n);

/* A part of a path: "IPC$", "C$", "srvsvc". */
bool smbt_vocabulary_is_path(const char *part, size_t n);

/* A part of a name that hosts have to which nobody gave one: "localhost". */
bool smbt_vocabulary_is_nobodys(const char *part, size_t n);

#endif
