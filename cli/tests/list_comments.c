/* list_comments: of a pcapng on standard input "PACKET<tab>COMMENT" for each packet comment, then how many
 * packets there are. What is not printable is shown as \xNN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "comments.h"

#include <stdio.h>
#include <stdlib.h>

#define SIZE_MAX_READ ((size_t)64 << 20)

static void print(unsigned packet, const char *text, unsigned len, void *user)
{
    (void)user;
    printf("%u\t", packet);
    for (unsigned i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            printf("\\x%02x", (unsigned)text[i]);
        else
            putchar(text[i]);
    putchar('\n');
}

int main(void)
{
    uint8_t *bytes = malloc(SIZE_MAX_READ);
    if (!bytes) return 1;
    size_t size = fread(bytes, 1, SIZE_MAX_READ, stdin);
    long packets = comments_each(bytes, size, print, NULL);
    printf("%ld packets\n", packets);
    free(bytes);
    return packets < 0;
}
