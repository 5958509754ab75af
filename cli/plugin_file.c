/* An ELF shared object: header, table of sections, dynamic symbols. Every offset in it is a claim, and
 * checked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin_file.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

#define VERSION_MAX 32 /* bytes of plugin_version that are believed */

struct image {
    const char *data;
    uint64_t size;
    ElfW(Ehdr) header;
};

static bool copy_from(const struct image *image, uint64_t offset, void *out, uint64_t length)
{
    if (offset > image->size || length > image->size - offset) return false;
    memcpy(out, image->data + offset, length);
    return true;
}

static bool get_section(const struct image *image, unsigned index, ElfW(Shdr) * ret_section)
{
    if (index >= image->header.e_shnum || image->header.e_shentsize != sizeof *ret_section) return false;
    uint64_t start = image->header.e_shoff;
    return start <= image->size &&
           copy_from(image, start + (uint64_t)index * sizeof *ret_section, ret_section, sizeof *ret_section);
}

/* Whether the string at `offset` of the string table is `name`. */
static bool is_named(const struct image *image, const ElfW(Shdr) * strings, uint64_t offset, const char *name)
{
    uint64_t length = strlen(name) + 1;
    if (strings->sh_offset > image->size || strings->sh_size > image->size - strings->sh_offset) return false;
    if (offset > strings->sh_size || length > strings->sh_size - offset) return false;
    return memcmp(image->data + strings->sh_offset + offset, name, length) == 0;
}

/* What the symbol stands for, its first bytes: up to `length`, fewer if it is smaller; zeros where it has no
 * place in the file. The number of bytes; 0: there is no such datum. */
static uint64_t read_symbol(const struct image *image, const char *name, void *out, uint64_t length)
{
    ElfW(Shdr) symbols, strings, section;
    for (unsigned i = 0; i < image->header.e_shnum; i++) {
        if (!get_section(image, i, &symbols) || symbols.sh_type != SHT_DYNSYM) continue;
        if (!get_section(image, symbols.sh_link, &strings)) continue;
        for (uint64_t at = 0; at + sizeof(ElfW(Sym)) <= symbols.sh_size; at += sizeof(ElfW(Sym))) {
            ElfW(Sym) symbol;
            if (symbols.sh_offset > image->size ||
                !copy_from(image, symbols.sh_offset + at, &symbol, sizeof symbol))
                break;
            if (!is_named(image, &strings, symbol.st_name, name)) continue;
            if (!get_section(image, symbol.st_shndx, &section) || symbol.st_value < section.sh_addr) return 0;
            uint64_t inside = symbol.st_value - section.sh_addr;
            length = MIN(length, symbol.st_size);
            memset(out, 0, length);
            if (section.sh_type == SHT_NOBITS) return length;
            if (inside > section.sh_size || section.sh_offset > image->size) return 0;
            return copy_from(image, section.sh_offset + inside, out, length) ? length : 0;
        }
    }
    return 0;
}

/* The machine that this program runs on is the one that its own file names. */
static bool fits_this_machine(const ElfW(Ehdr) * header)
{
    g_autoptr(GMappedFile) self = g_mapped_file_new("/proc/self/exe", FALSE, NULL);
    ElfW(Ehdr) own;
    if (!self || g_mapped_file_get_length(self) < sizeof own) return true;
    memcpy(&own, g_mapped_file_get_contents(self), sizeof own);
    return own.e_machine == header->e_machine && own.e_ident[EI_CLASS] == header->e_ident[EI_CLASS] &&
           own.e_ident[EI_DATA] == header->e_ident[EI_DATA];
}

/* Wireshark itself is ended by a file that was cut off. */
static bool is_whole(const struct image *image)
{
    ElfW(Shdr) section;
    for (unsigned i = 0; i < image->header.e_shnum; i++) {
        if (!get_section(image, i, &section)) return false;
        if (section.sh_type != SHT_NOBITS && section.sh_type != SHT_NULL &&
            (section.sh_offset > image->size || section.sh_size > image->size - section.sh_offset))
            return false;
    }
    return true;
}

static const char *read_image(const struct image *image, struct plugin_file *ret_file)
{
    int32_t major, minor;
    char version[VERSION_MAX];
    if (!fits_this_machine(&image->header)) return "built for another kind of processor";
    if (!is_whole(image)) return "cut off";
    if (read_symbol(image, "plugin_want_major", &major, sizeof major) != sizeof major ||
        read_symbol(image, "plugin_want_minor", &minor, sizeof minor) != sizeof minor)
        return "a library, but no plugin for Wireshark";
    uint64_t length = read_symbol(image, "plugin_version", version, sizeof version);
    *ret_file = (struct plugin_file){.major = major, .minor = minor};
    if (length) ret_file->version = g_strndup(version, length);
    return NULL;
}

bool plugin_file_read(const char *path, struct plugin_file *ret_file, const char **ret_why)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
    if (!file) {
        *ret_why = "can't be read";
        return false;
    }
    struct image image = {.data = g_mapped_file_get_contents(file), .size = g_mapped_file_get_length(file)};
    if (!copy_from(&image, 0, &image.header, sizeof image.header) ||
        memcmp(image.header.e_ident, ELFMAG, SELFMAG) != 0)
        *ret_why = "no library";
    else
        *ret_why = read_image(&image, ret_file);
    return !*ret_why;
}

void plugin_file_clear(struct plugin_file *file)
{
    g_free(file->version);
    *file = (struct plugin_file){0};
}
