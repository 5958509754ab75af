/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/jsonout.h"

#include "report/clean.h"
#include "report/timestamp.h"

#include <string.h>

/* Room for a 64-bit number. */
#define NUMBER_SIZE 21

static void begin(smbt_jsonout *json, const char *key)
{
    if (json->comma) g_string_append_len(json->out, ", ", 2);
    json->comma = true;
    if (!key) return;
    g_string_append_c(json->out, '"');
    g_string_append(json->out, key);
    g_string_append_len(json->out, "\": ", 3);
}

static void open_bracket(smbt_jsonout *json, const char *key, char bracket)
{
    begin(json, key);
    g_string_append_c(json->out, bracket);
    json->comma = false;
}

static void close_bracket(smbt_jsonout *json, char bracket)
{
    g_string_append_c(json->out, bracket);
    json->comma = true;
}

void smbt_jsonout_begin_object(smbt_jsonout *json, const char *key)
{
    open_bracket(json, key, '{');
}

void smbt_jsonout_end_object(smbt_jsonout *json)
{
    close_bracket(json, '}');
}

void smbt_jsonout_begin_array(smbt_jsonout *json, const char *key)
{
    open_bracket(json, key, '[');
}

void smbt_jsonout_end_array(smbt_jsonout *json)
{
    close_bracket(json, ']');
}

void smbt_jsonout_null(smbt_jsonout *json, const char *key)
{
    begin(json, key);
    g_string_append_len(json->out, "null", 4);
}

void smbt_jsonout_bool(smbt_jsonout *json, const char *key, bool value)
{
    begin(json, key);
    g_string_append(json->out, value ? "true" : "false");
}

/* Writes the number so that it ends before `end` and returns its start. */
static char *format_uint(char *end, uint64_t value)
{
    do {
        *--end = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return end;
}

static void append_uint(GString *out, uint64_t value)
{
    char buf[NUMBER_SIZE], *end = buf + sizeof buf, *start = format_uint(end, value);
    g_string_append_len(out, start, end - start);
}

void smbt_jsonout_uint(smbt_jsonout *json, const char *key, uint64_t value)
{
    begin(json, key);
    append_uint(json->out, value);
}

void smbt_jsonout_real(smbt_jsonout *json, const char *key, double value)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    begin(json, key);
    g_string_append(json->out, g_ascii_formatd(digits, sizeof digits, "%.6g", value));
}

void smbt_jsonout_frame(smbt_jsonout *json, const char *key, uint64_t frame)
{
    if (!frame) {
        smbt_jsonout_null(json, key);
        return;
    }
    smbt_place place = smbt_place_of(json->naming.places, frame);
    smbt_jsonout_uint(json, key, place.frame);
    if (!smbt_naming_is_elsewhere(&json->naming, frame)) return;
    const char *word = strstr(key, "frame");
    g_autofree char *file_key = g_strdup_printf("%.*sfile%s", (int)(word - key), key, word + strlen("frame"));
    smbt_jsonout_string(json, file_key, place.file);
}

/* ---- Strings */

static void append_u16(GString *out, unsigned c)
{
    static const char hex[] = "0123456789abcdef";
    const char escape[6] = {'\\', 'u', hex[c >> 12 & 15], hex[c >> 8 & 15], hex[c >> 4 & 15], hex[c & 15]};
    g_string_append_len(out, escape, sizeof escape);
}

static void append_escaped(GString *out, gunichar c)
{
    if (c == '"' || c == '\\') {
        g_string_append_c(out, '\\');
        g_string_append_c(out, (char)c);
    } else if (c == SMBT_CLEAN_INVALID) {
        g_string_append(out, SMBT_CLEAN_REPLACEMENT);
    } else if (c > 0xffff) {
        append_u16(out, 0xd7c0 + (c >> 10)); /* a surrogate pair, RFC 8259 section 7 */
        append_u16(out, 0xdc00 | (c & 0x3ff));
    } else {
        append_u16(out, c);
    }
}

static void append_string(GString *out, const char *s)
{
    g_string_append_c(out, '"');
    const char *plain = s; /* where the characters begin that need no change and are not yet written */
    while (*s) {
        const char *at = s;
        gunichar c = smbt_clean_next(&s);
        if (c != '"' && c != '\\' && smbt_clean_is_harmless(c)) continue;
        g_string_append_len(out, plain, at - plain);
        append_escaped(out, c);
        plain = s;
    }
    g_string_append_len(out, plain, s - plain);
    g_string_append_c(out, '"');
}

void smbt_jsonout_string(smbt_jsonout *json, const char *key, const char *value)
{
    if (!value) {
        smbt_jsonout_null(json, key);
        return;
    }
    begin(json, key);
    append_string(json->out, value);
}

void smbt_jsonout_strings(smbt_jsonout *json, const char *key, const GPtrArray *values)
{
    smbt_jsonout_begin_array(json, key);
    for (guint i = 0; values && i < values->len; i++)
        smbt_jsonout_string(json, NULL, values->pdata[i]);
    smbt_jsonout_end_array(json);
}

/* ---- Times */

/* In units of `unit`, which is 10 to the power of `digits`. */
static void append_scaled(GString *out, uint64_t value, uint64_t unit, int digits)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, value / unit);
    uint64_t rest = value % unit;
    if (!rest) return;
    char text[16] = ".";
    for (int i = digits; i > 0; i--, rest /= 10)
        text[i] = (char)('0' + rest % 10);
    int n = digits + 1;
    while (text[n - 1] == '0')
        n--;
    g_string_append_len(out, text, n);
}

static void put_scaled(smbt_jsonout *json, const char *key, smbt_duration value, smbt_duration unit,
                       int digits)
{
    if (value == SMBT_DURATION_UNKNOWN) {
        smbt_jsonout_null(json, key);
        return;
    }
    begin(json, key);
    append_scaled(json->out, value, unit, digits);
}

static void put_signed(smbt_jsonout *json, const char *key, int64_t value, uint64_t unit, int digits)
{
    begin(json, key);
    if (value < 0) g_string_append_c(json->out, '-');
    append_scaled(json->out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, unit, digits);
}

void smbt_jsonout_signed_ms(smbt_jsonout *json, const char *key, int64_t ns)
{
    put_signed(json, key, ns, 1000000, 6);
}

void smbt_jsonout_signed_thousandths(smbt_jsonout *json, const char *key, int64_t thousandths)
{
    put_signed(json, key, thousandths, 1000, 3);
}

void smbt_jsonout_ms(smbt_jsonout *json, const char *key, smbt_duration value)
{
    put_scaled(json, key, value, 1000000, 6);
}

void smbt_jsonout_s(smbt_jsonout *json, const char *key, smbt_duration value)
{
    put_scaled(json, key, value, 1000000000, 9);
}

void smbt_jsonout_time(smbt_jsonout *json, const char *key, smbt_time value)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    smbt_jsonout_string(json, key, value == SMBT_TIME_NONE ? NULL : smbt_timestamp_rfc3339(buf, value));
}

void smbt_jsonout_epoch(smbt_jsonout *json, const char *key, smbt_time value)
{
    if (value == SMBT_TIME_NONE) {
        smbt_jsonout_null(json, key);
        return;
    }
    begin(json, key);
    g_string_append_c(json->out, '"');
    append_uint(json->out, value);
    g_string_append_c(json->out, '"');
}
