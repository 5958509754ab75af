/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sha256.h"

#include "crypto.h"

#include <errno.h>
#include <gcrypt.h>
#include <glib.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 18)

struct sha256 {
    int fd;
    int cancelled; /* atomic */
    GThread *thread;
};

static char *digest_text(gcry_md_hd_t md)
{
    const unsigned char *digest = gcry_md_read(md, GCRY_MD_SHA256);
    GString *text = g_string_sized_new(64);
    for (unsigned i = 0; i < 32; i++)
        g_string_append_printf(text, "%02x", digest[i]);
    return g_string_free(text, FALSE);
}

static gpointer run(gpointer data)
{
    struct sha256 *sha = data;
    gcry_md_hd_t md;
    if (gcry_md_open(&md, GCRY_MD_SHA256, 0)) return NULL;
    g_autofree char *piece = g_malloc(PIECE);
    ssize_t n = 1;
    for (off_t at = 0; n > 0 && !g_atomic_int_get(&sha->cancelled);) {
        n = pread(sha->fd, piece, PIECE, at);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0) {
            gcry_md_write(md, piece, (size_t)n);
            at += n;
        }
    }
    char *text = n == 0 ? digest_text(md) : NULL;
    gcry_md_close(md);
    return text;
}

struct sha256 *sha256_start(int fd)
{
    crypto_prepare();
    struct sha256 *sha = g_new0(struct sha256, 1);
    sha->fd = fd;
    sha->thread = g_thread_new("sha256", run, sha);
    return sha;
}

char *sha256_finish(struct sha256 *sha, bool cancel)
{
    if (!sha) return NULL;
    if (cancel) g_atomic_int_set(&sha->cancelled, 1);
    char *text = g_thread_join(sha->thread);
    g_free(sha);
    return text;
}
