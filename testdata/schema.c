/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "schema.h"

#include <string.h>

struct check {
    JsonObject *root;
    gboolean closed;
    GString *path;
    char *fault;
};

typedef gboolean (*keyword_fn)(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value);

static gboolean is_valid(struct check *check, JsonNode *schema, JsonNode *value);

G_GNUC_PRINTF(2, 3) static gboolean fault(struct check *check, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_free(check->fault);
    check->fault = g_strdup_printf("%s: %s", check->path->len ? check->path->str : "/", text);
    return FALSE;
}

/* The same, with a part of the path added while it lasts. */
static gboolean is_part_valid(struct check *check, JsonNode *schema, JsonNode *value, const char *part)
{
    gsize length = check->path->len;
    g_string_append_printf(check->path, "/%s", part);
    gboolean valid = is_valid(check, schema, value);
    g_string_truncate(check->path, length);
    return valid;
}

static const char *type_of(JsonNode *value)
{
    switch (json_node_get_node_type(value)) {
    case JSON_NODE_OBJECT: return "object";
    case JSON_NODE_ARRAY: return "array";
    case JSON_NODE_NULL: return "null";
    case JSON_NODE_VALUE: break;
    }
    GType type = json_node_get_value_type(value);
    if (type == G_TYPE_STRING) return "string";
    if (type == G_TYPE_BOOLEAN) return "boolean";
    return type == G_TYPE_INT64 ? "integer" : "number";
}

static gboolean matches_type(const char *type, const char *wanted)
{
    return strcmp(type, wanted) == 0 || (strcmp(type, "integer") == 0 && strcmp(wanted, "number") == 0);
}

static gboolean check_type(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    const char *type = type_of(value);
    (void)schema;
    if (!JSON_NODE_HOLDS_ARRAY(argument)) {
        const char *wanted = json_node_get_string(argument);
        return matches_type(type, wanted) || fault(check, "%s, not %s", type, wanted);
    }
    JsonArray *types = json_node_get_array(argument);
    for (guint i = 0; i < json_array_get_length(types); i++)
        if (matches_type(type, json_array_get_string_element(types, i))) return TRUE;
    return fault(check, "%s: not a type allowed here", type);
}

static gboolean check_const(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    (void)schema;
    return json_node_equal(argument, value) ||
           fault(check, "not the constant %s", json_node_get_string(argument));
}

static gboolean check_enum(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    JsonArray *values = json_node_get_array(argument);
    (void)schema;
    for (guint i = 0; i < json_array_get_length(values); i++)
        if (json_node_equal(json_array_get_element(values, i), value)) return TRUE;
    return fault(check, "none of the values allowed here");
}

static gboolean check_bound(struct check *check, JsonNode *argument, JsonNode *value, int sign)
{
    const char *type = type_of(value);
    if (!matches_type(type, "number")) return TRUE;
    double excess = (json_node_get_double(value) - json_node_get_double(argument)) * sign;
    return excess <= 0 ||
           fault(check, "%g is beyond %g", json_node_get_double(value), json_node_get_double(argument));
}

static gboolean check_minimum(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    (void)schema;
    return check_bound(check, argument, value, -1);
}

static gboolean check_maximum(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    (void)schema;
    return check_bound(check, argument, value, 1);
}

static gboolean check_pattern(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    const char *pattern = json_node_get_string(argument);
    (void)schema;
    if (strcmp(type_of(value), "string") != 0) return TRUE;
    const char *string = json_node_get_string(value);
    return g_regex_match_simple(pattern, string, 0, 0) ||
           fault(check, "\"%s\" does not match %s", string, pattern);
}

static gboolean check_required(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    JsonArray *names = json_node_get_array(argument);
    (void)schema;
    if (!JSON_NODE_HOLDS_OBJECT(value)) return TRUE;
    for (guint i = 0; i < json_array_get_length(names); i++) {
        const char *name = json_array_get_string_element(names, i);
        if (!json_object_has_member(json_node_get_object(value), name))
            return fault(check, "without %s", name);
    }
    return TRUE;
}

static gboolean check_properties(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    JsonObject *properties = json_node_get_object(argument);
    (void)schema;
    if (!JSON_NODE_HOLDS_OBJECT(value)) return TRUE;
    JsonObjectIter iter;
    const char *name;
    JsonNode *member;
    json_object_iter_init(&iter, json_node_get_object(value));
    while (json_object_iter_next(&iter, &name, &member)) {
        JsonNode *property = json_object_get_member(properties, name);
        if (property && !is_part_valid(check, property, member, name)) return FALSE;
        if (!property && check->closed) return fault(check, "%s is not in the schema", name);
    }
    return TRUE;
}

static gboolean check_others(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    if (!JSON_NODE_HOLDS_OBJECT(value)) return TRUE;
    JsonObject *properties = json_object_has_member(schema, "properties")
                                 ? json_object_get_object_member(schema, "properties")
                                 : NULL;
    JsonObjectIter iter;
    const char *name;
    JsonNode *member;
    json_object_iter_init(&iter, json_node_get_object(value));
    while (json_object_iter_next(&iter, &name, &member)) {
        if (properties && json_object_has_member(properties, name)) continue;
        if (!is_part_valid(check, argument, member, name)) return FALSE;
    }
    return TRUE;
}

static gboolean check_items(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    (void)schema;
    if (!JSON_NODE_HOLDS_ARRAY(value)) return TRUE;
    JsonArray *array = json_node_get_array(value);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        g_autofree char *part = g_strdup_printf("%u", i);
        if (!is_part_valid(check, argument, json_array_get_element(array, i), part)) return FALSE;
    }
    return TRUE;
}

static gboolean check_ref(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    const char *prefix = "#/$defs/", *name = json_node_get_string(argument);
    (void)schema;
    JsonObject *defs = json_object_get_object_member(check->root, "$defs");
    if (!g_str_has_prefix(name, prefix) || !json_object_has_member(defs, name + strlen(prefix)))
        return fault(check, "the schema refers to %s, which is not there", name);
    return is_valid(check, json_object_get_member(defs, name + strlen(prefix)), value);
}

/* The fault told of is that of the alternative that came furthest. */
static gboolean check_any_of(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    JsonArray *schemas = json_node_get_array(argument);
    g_autofree char *best = NULL;
    (void)schema;
    for (guint i = 0; i < json_array_get_length(schemas); i++) {
        g_clear_pointer(&check->fault, g_free);
        if (is_valid(check, json_array_get_element(schemas, i), value)) return TRUE;
        gsize depth = strcspn(check->fault, ":"), deepest = best ? strcspn(best, ":") : 0;
        if (depth < deepest) continue;
        g_free(best);
        best = g_steal_pointer(&check->fault);
    }
    g_free(check->fault);
    check->fault = g_steal_pointer(&best);
    return FALSE;
}

static gboolean check_nothing(struct check *check, JsonObject *schema, JsonNode *argument, JsonNode *value)
{
    (void)check, (void)schema, (void)argument, (void)value;
    return TRUE;
}

static gboolean is_valid(struct check *check, JsonNode *schema, JsonNode *value)
{
    static const struct {
        const char *name;
        keyword_fn function;
    } keywords[] = {
        {"$ref", check_ref},
        {"type", check_type},
        {"const", check_const},
        {"enum", check_enum},
        {"minimum", check_minimum},
        {"maximum", check_maximum},
        {"pattern", check_pattern},
        {"required", check_required},
        {"properties", check_properties},
        {"additionalProperties", check_others},
        {"items", check_items},
        {"anyOf", check_any_of},
        {"$schema", check_nothing},
        {"$defs", check_nothing},
        {"title", check_nothing},
        {"description", check_nothing},
    };
    JsonObject *object = json_node_get_object(schema);
    guint known = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++) {
        JsonNode *argument = json_object_get_member(object, keywords[i].name);
        if (!argument) continue;
        known++;
        if (!keywords[i].function(check, object, argument, value)) return FALSE;
    }
    return known == json_object_get_size(object) || fault(check, "a keyword of the schema is not known");
}

char *schema_check(JsonNode *schema, JsonNode *value, gboolean closed)
{
    struct check check = {.root = json_node_get_object(schema), .closed = closed, .path = g_string_new(NULL)};
    gboolean valid = is_valid(&check, schema, value);
    g_string_free(check.path, TRUE);
    if (valid) g_clear_pointer(&check.fault, g_free);
    return check.fault;
}
