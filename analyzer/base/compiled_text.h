/* Text files that are compiled in: profiles, explanations. The build makes the tables (smbt_texts in
 * CMakeLists.txt).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_BASE_COMPILED_TEXT_H
#define SMBT_BASE_COMPILED_TEXT_H

typedef struct smbt_compiled_text {
    const char *name; /* of the file; NULL ends a table */
    const char *text;
} smbt_compiled_text;

#endif
