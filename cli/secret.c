/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "secret.h"

#include "crypto.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <glib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define HEX_SIZE (2 * SMBT_ANONYMIZE_KEY_SIZE)
/* Of a file; longer ones are none of keys. */
#define FILE_MAX 4096

static bool randomise(struct secret *secret)
{
    size_t done = 0;
    while (done < sizeof secret->key) {
        ssize_t n = getrandom(secret->key + done, sizeof secret->key - done, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            message_print("--anonymize: no random numbers: %s; name a key with --anonymize-key FILE",
                          g_strerror(errno));
            return false;
        }
        done += (size_t)n;
    }
    return true;
}

static bool parse_hex(const char *text, size_t n, struct secret *secret)
{
    while (n && g_ascii_isspace(text[n - 1]))
        n--;
    if (n != HEX_SIZE) return false;
    for (size_t i = 0; i < sizeof secret->key; i++) {
        int high = g_ascii_xdigit_value(text[2 * i]), low = g_ascii_xdigit_value(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        secret->key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool can_not(const char *file, const char *what, const char *remedy)
{
    message_print("--anonymize-key %s: cannot be %s: %s; %s", file, what, g_strerror(errno), remedy);
    return false;
}

static ssize_t read_all(int fd, char *bytes, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = read(fd, bytes + done, size - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        if (n == 0) break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

/* Only its owner may read it. */
static bool make_file(struct secret *secret, const char *file)
{
    if (!randomise(secret)) return false;
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return can_not(file, "made", "name a file that can be written");
    g_autoptr(GString) text = g_string_new(NULL);
    for (size_t i = 0; i < sizeof secret->key; i++)
        g_string_append_printf(text, "%02x", secret->key[i]);
    g_string_append_c(text, '\n');
    bool done = write(fd, text->str, text->len) == (ssize_t)text->len;
    if (close(fd) != 0) done = false;
    if (!done) return can_not(file, "written", "check the space there");
    message_print("--anonymize-key %s: made; keep it to get the same pseudonyms again", file);
    return true;
}

static bool read_file(struct secret *secret, const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 && errno == ENOENT) return make_file(secret, file);
    if (fd < 0) return can_not(file, "opened", "name a file that can be read");
    char bytes[FILE_MAX];
    ssize_t n = read_all(fd, bytes, sizeof bytes);
    if (n < 0) can_not(file, "read", "name a file that can be read");
    close(fd);
    if (n < 0) return false;
    if (n == sizeof secret->key)
        memcpy(secret->key, bytes, sizeof secret->key);
    else if (!parse_hex(bytes, (size_t)n, secret)) {
        message_print("--anonymize-key %s: no key; it takes 32 bytes, or 64 hexadecimal digits", file);
        return false;
    }
    return true;
}

bool secret_make(struct secret *ret_secret, const char *file)
{
    if (file && strcmp(file, "-") == 0) {
        message_print("--anonymize-key -: a key has to be kept; name a file");
        return false;
    }
    return file ? read_file(ret_secret, file) : randomise(ret_secret);
}

static void encrypt(const uint8_t in[16], uint8_t out[16], void *user)
{
    gcry_cipher_encrypt(user, out, 16, in, 16);
}

void secret_cipher(const struct secret *secret, smbt_anonymize_cipher *ret_cipher)
{
    crypto_prepare();
    gcry_cipher_hd_t handle;
    if (gcry_cipher_open(&handle, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_ECB, 0) ||
        gcry_cipher_setkey(handle, secret->key, 16))
        g_error("libgcrypt has no AES");
    *ret_cipher = (smbt_anonymize_cipher){.encrypt = encrypt, .user = handle};
    memcpy(ret_cipher->seed, secret->key + 16, sizeof ret_cipher->seed);
}

void secret_cipher_clear(smbt_anonymize_cipher *cipher)
{
    gcry_cipher_close(cipher->user);
    cipher->user = NULL;
}
