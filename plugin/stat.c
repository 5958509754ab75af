/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stat.h"

#include "feed.h"
#include "tap.h"
#include "ws_compat.h"

#include <string.h>

#define NS UINT64_C(1000000000)

/* ---- Tables
 * ---------------------------------------------------------------------------------------------------- */

/* Rows that were replaced, and their strings: a window of Wireshark's may still point to them. Freed with the
 * table. */
static GPtrArray *retired;

static void drop_retired(void)
{
    g_clear_pointer(&retired, g_ptr_array_unref);
}

static void retire(gpointer memory)
{
    if (!retired) retired = g_ptr_array_new_with_free_func(g_free);
    if (memory) g_ptr_array_add(retired, memory);
}

static void clear_table(stat_tap_table *table)
{
    for (guint row = 0; row < table->num_elements; row++) {
        for (guint column = 0; column < table->num_fields; column++) {
            const stat_tap_table_item_type *cell = stat_tap_get_field_data(table, row, column);
            if (cell->type == TABLE_ITEM_STRING) retire((gpointer)cell->value.string_value);
        }
        retire(table->elements[row]);
    }
    table->num_elements = 0;
}

static void free_cell(stat_tap_table *table, guint row, guint column, stat_tap_table_item_type *cell)
{
    (void)table, (void)row, (void)column;
    if (cell->type == TABLE_ITEM_STRING) g_free((gpointer)cell->value.string_value);
    *cell = (stat_tap_table_item_type){.type = TABLE_ITEM_NONE};
}

static stat_tap_table_item_type text_cell(const char *text)
{
    return (stat_tap_table_item_type){.type = TABLE_ITEM_STRING,
                                      .value = {.string_value = g_strdup(text ? text : "-")}};
}

static stat_tap_table_item_type number_cell(uint64_t number)
{
    return (stat_tap_table_item_type){.type = TABLE_ITEM_UINT,
                                      .value = {.uint_value = (guint)MIN(number, G_MAXUINT32)}};
}

static void add_row(stat_tap_table *table, const stat_tap_table_item_type *cells)
{
    stat_tap_init_table_row(table, table->num_elements, table->num_fields, cells);
}

/* A row of one cell that holds a sentence: Wireshark leaves the cells of type NONE out. */
static void add_notice(stat_tap_table *table, const char *text)
{
    stat_tap_table_item_type cells[8] = {text_cell(text)};
    g_assert(table->num_fields <= G_N_ELEMENTS(cells));
    add_row(table, cells);
}

static bool is_notice(const stat_tap_table *table, guint row)
{
    return stat_tap_get_field_data(table, row, 1)->type == TABLE_ITEM_NONE;
}

/* Why nothing can be known; NULL: it can. */
static const char *lost_notice(void)
{
    if (!smbt_feed_is_enabled()) return "the protocol smbtrace is turned off (Analyze, Enabled Protocols)";
    if (smbt_feed_is_lost())
        return "frames have no numbers of their own: nothing is known (use -Y instead of -R)";
    return NULL;
}

/* ---- Causes
 * ---------------------------------------------------------------------------------------------------- */

enum { CAUSE, VARIANT, SEVERITY, ENDS, FIRST, LAST, CAUSES_COLUMNS };

static stat_tap_table_item causes_columns[CAUSES_COLUMNS] = {
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Cause", "%s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Variant", "%s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Severity", "%s"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Ends", "%u"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "First frame", "%u"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Last frame", "%u"},
};

static void fill_causes(stat_tap_table *table)
{
    const char *lost = lost_notice();
    clear_table(table);
    if (lost)
        add_notice(table, lost);
    else if (!smbt_feed_final())
        add_notice(table, "in one pass, by what was known at each frame: use tshark -2 for all of it");
    else
        add_notice(table, "no SMB connection ended, and nothing was observed");
}

/* The notice that there is nothing, which the first row takes the place of. */
static void drop_nothing(stat_tap_table *table)
{
    if (smbt_feed_final() && table->num_elements == 1 && is_notice(table, 0)) clear_table(table);
}

static guint find_cause(const stat_tap_table *table, const char *cause, const char *variant)
{
    guint row = 0;
    for (; row < table->num_elements; row++) {
        if (is_notice(table, row)) continue;
        if (strcmp(stat_tap_get_field_data(table, row, CAUSE)->value.string_value, cause) == 0 &&
            strcmp(stat_tap_get_field_data(table, row, VARIANT)->value.string_value, variant) == 0)
            break;
    }
    return row;
}

/* The severity shown is the worst; its number stands where Wireshark leaves room for it. */
static void raise_severity(stat_tap_table_item_type *cell, enum smbt_severity severity)
{
    if (cell->user_data.uint_value >= (guint)severity) return;
    retire((gpointer)cell->value.string_value);
    *cell = text_cell(smbt_severity_name(severity));
    cell->user_data.uint_value = severity;
}

static void count_cause(stat_tap_table *table, const smbt_tap_item *item)
{
    const char *cause = item->cause ? item->cause : item->observation;
    g_autofree char *words = item->variant ? smbt_variant_words(item->variant) : NULL;
    const char *variant = !item->cause ? "(observation)" : words ? words : "-";
    guint row = find_cause(table, cause, variant);
    if (row == table->num_elements) {
        drop_nothing(table);
        row = table->num_elements;
        stat_tap_table_item_type cells[CAUSES_COLUMNS] = {
            [CAUSE] = text_cell(cause),
            [VARIANT] = text_cell(variant),
            [SEVERITY] = text_cell(smbt_severity_name(item->severity)),
            [ENDS] = number_cell(0),
            [FIRST] = number_cell(item->frame),
            [LAST] = number_cell(item->frame),
        };
        cells[SEVERITY].user_data.uint_value = item->severity;
        add_row(table, cells);
    }
    raise_severity(stat_tap_get_field_data(table, row, SEVERITY), item->severity);
    stat_tap_get_field_data(table, row, ENDS)->value.uint_value++;
    stat_tap_get_field_data(table, row, LAST)->value.uint_value = (guint)item->frame;
}

static tap_packet_status causes_packet(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *item,
                                       tap_flags_t flags)
{
    (void)pinfo, (void)edt, (void)flags;
    const smbt_tap_item *i = item;
    if (strcmp(i->role, i->cause ? "victim" : "observation") != 0) return TAP_PACKET_DONT_REDRAW;
    const stat_data_t *stat = data;
    count_cause(g_array_index(stat->stat_tap_data->tables, stat_tap_table *, 0), i);
    return TAP_PACKET_REDRAW;
}

/* ---- Hosts
 * ----------------------------------------------------------------------------------------------------- */

static stat_tap_table_item hosts_columns[] = {
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Address", "%s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Host", "%s"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Connections", "%u"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Told by", "%s"},
};

/* The store when it is final; else NULL, and a notice that says so. */
static const smbt_store *begin_peers(stat_tap_table *table)
{
    clear_table(table);
    const char *lost = lost_notice();
    const smbt_store *store = lost ? NULL : smbt_feed_final();
    if (!store) add_notice(table, lost ? lost : "not known before the capture was read: use tshark -2");
    return store;
}

static void add_host(stat_tap_table *table, const char *address, const smbt_host_info *host)
{
    GString *told = g_string_new(NULL);
    for (guint i = 0; host->evidence && i < host->evidence->len; i++)
        g_string_append_printf(told, "%s%s", i ? ", " : "", (const char *)host->evidence->pdata[i]);
    stat_tap_table_item_type cells[G_N_ELEMENTS(hosts_columns)] = {text_cell(address), text_cell(host->name),
                                                                   number_cell(host->connections),
                                                                   text_cell(told->len ? told->str : NULL)};
    add_row(table, cells);
    g_string_free(told, TRUE);
}

static void fill_hosts(stat_tap_table *table)
{
    const smbt_store *store = begin_peers(table);
    const GArray *clients = store ? smbt_store_clients(store) : NULL;
    for (guint i = 0; clients && i < clients->len; i++) {
        const smbt_client_info *client = &g_array_index(clients, smbt_client_info, i);
        char address[SMBT_ADDR_STRLEN];
        smbt_addr_format(&client->addr, address);
        for (guint h = 0; client->hosts && h < client->hosts->len; h++)
            add_host(table, address, &g_array_index(client->hosts, smbt_host_info, h));
        if (!client->hosts || client->hosts->len == 0)
            add_host(table, address, &(smbt_host_info){.connections = client->connections});
    }
    if (store && table->num_elements == 0) add_notice(table, "no SMB connection was seen");
}

/* ---- Timers
 * ---------------------------------------------------------------------------------------------------- */

static stat_tap_table_item timers_columns[] = {
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Peer", "%s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Timer", "%s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Measured", "%s"},
    {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Samples", "%u"},
    {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Usual", "%s"},
    {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Differs", "%s"},
};

/* "60.0 s", "7 d"; "-": not known. */
static char *span_text(smbt_duration d)
{
    if (d == SMBT_DURATION_UNKNOWN) return g_strdup("-");
    if (d == SMBT_DURATION_OFF) return g_strdup("off");
    static const struct {
        uint64_t seconds;
        const char *name;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}};
    for (size_t i = 0; d >= 120 * NS && i < G_N_ELEMENTS(units); i++)
        if (d % (units[i].seconds * NS) == 0)
            return g_strdup_printf("%" PRIu64 " %s", d / (units[i].seconds * NS), units[i].name);
    return g_strdup_printf("%" PRIu64 ".%" PRIu64 " s", d / NS, d / (NS / 10) % 10);
}

/* "over 20.0 s": no end told the value, and a connection outlived this. */
static char *measured_text(const smbt_timer_measure *t)
{
    bool is_bound = t->value == SMBT_DURATION_UNKNOWN && t->outlived;
    g_autofree char *span = span_text(is_bound ? t->outlived : t->value);
    return g_strconcat(is_bound ? "over " : "", span, NULL);
}

static void add_timers(stat_tap_table *table, const char *side, const smbt_addr *addr, const GArray *timers)
{
    char address[SMBT_ADDR_STRLEN];
    smbt_addr_format(addr, address);
    for (guint i = 0; timers && i < timers->len; i++) {
        const smbt_timer_measure *t = &g_array_index(timers, smbt_timer_measure, i);
        g_autofree char *peer =
            g_strconcat(side, " ", address, t->host ? " " : "", t->host ? t->host : "", NULL);
        g_autofree char *measured = measured_text(t), *usual = span_text(t->usual);
        stat_tap_table_item_type cells[G_N_ELEMENTS(timers_columns)] = {
            text_cell(peer),         text_cell(t->timer), text_cell(measured),
            number_cell(t->samples), text_cell(usual),    text_cell(t->differs ? "yes" : "no")};
        add_row(table, cells);
    }
}

static void fill_timers(stat_tap_table *table)
{
    const smbt_store *store = begin_peers(table);
    if (!store) return;
    const GArray *servers = smbt_store_servers(store), *clients = smbt_store_clients(store);
    for (guint i = 0; i < servers->len; i++) {
        const smbt_server_info *server = &g_array_index(servers, smbt_server_info, i);
        add_timers(table, "server", &server->addr, server->timers);
    }
    for (guint i = 0; i < clients->len; i++) {
        const smbt_client_info *client = &g_array_index(clients, smbt_client_info, i);
        add_timers(table, "client", &client->addr, client->timers);
    }
    if (table->num_elements == 0) add_notice(table, "no clock of a server or client was measured");
}

/* ---- Registration of tables
 * ------------------------------------------------------------------------------------ */

static tap_packet_status peers_packet(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *item,
                                      tap_flags_t flags)
{
    (void)data, (void)pinfo, (void)edt, (void)item, (void)flags;
    return TAP_PACKET_DONT_REDRAW;
}

static void init_table(stat_tap_table_ui *ui);

static tap_param params[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};

#define SMBT_TABLE(name, cli, packet, reset, columns)                                                        \
    {                                                                                                        \
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED, .title = "SMBtrace " name, .tap_name = SMBT_TAP_NAME,  \
        .cli_string = "smbtrace," cli, .stat_tap_init_cb = init_table, .packet_func = packet,                \
        .stat_tap_reset_table_cb = reset, .stat_tap_free_table_item_cb = free_cell,                          \
        .nfields = G_N_ELEMENTS(columns), .fields = columns, .nparams = G_N_ELEMENTS(params),                \
        .params = params,                                                                                    \
    }

/* Wireshark keeps pointers to them. */
static stat_tap_table_ui tables[] = {
    SMBT_TABLE("Causes", "causes", causes_packet, fill_causes, causes_columns),
    SMBT_TABLE("Hosts", "hosts", peers_packet, fill_hosts, hosts_columns),
    SMBT_TABLE("Timers", "timers", peers_packet, fill_timers, timers_columns),
};

static stat_tap_table *table_of(const stat_tap_table_ui *ui)
{
    return ui->tables && ui->tables->len ? g_array_index(ui->tables, stat_tap_table *, 0) : NULL;
}

static void init_table(stat_tap_table_ui *ui)
{
    stat_tap_table *table = table_of(ui);
    if (!table) {
        drop_retired();
        table = stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL);
        stat_tap_add_table(ui, table);
    }
    ui->stat_tap_reset_table_cb(table);
}

/* Ends that were counted as they came, before all was known. */
static bool has_counts(const stat_tap_table *table)
{
    return table->num_elements && !is_notice(table, table->num_elements - 1);
}

/* What is known of the capture changed while tables may wait for it. Counts stay, and the notice above them:
 * nobody will dissect those frames again for this table. */
static void fill_tables(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        stat_tap_table *table = table_of(&tables[i]);
        bool is_counting = tables[i].packet_func == causes_packet;
        if (!table || (is_counting && has_counts(table) && !smbt_feed_is_lost())) continue;
        tables[i].stat_tap_reset_table_cb(table);
    }
}

/* ---- "SMB incident"
 * -------------------------------------------------------------------------------------------- */

static void add_connection(GPtrArray *parts, const smbt_endpoint *client, const smbt_endpoint *server)
{
    char a[SMBT_ADDR_STRLEN], b[SMBT_ADDR_STRLEN];
    const char *ip = client->addr.family == 6 ? "ipv6" : "ip";
    if (client->addr.family == 0 || server->addr.family == 0) return;
    smbt_addr_format(&client->addr, a);
    smbt_addr_format(&server->addr, b);
    char *part = g_strdup_printf("(%s.addr == %s && %s.addr == %s && tcp.port == %u && tcp.port == %u)", ip,
                                 a, ip, b, client->port, server->port);
    if (g_ptr_array_find_with_equal_func(parts, part, g_str_equal, NULL))
        g_free(part);
    else
        g_ptr_array_add(parts, part);
}

static char *incident_filter(uint32_t frame)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    for (const smbt_mark *m = smbt_feed_marks(frame); m; m = m->next) {
        const smbt_finding *f = m->finding;
        if (f->dropped) continue;
        if (f->type == SMBT_RECORD_END) {
            add_connection(parts, &f->end.connection.client, &f->end.connection.server);
            if (f->end.culprit.has_connection)
                add_connection(parts, &f->end.culprit.client, &f->end.culprit.server);
        } else if (f->observation.has_connection) {
            add_connection(parts, &f->observation.client, &f->observation.server);
        }
    }
    if (parts->len == 0) return NULL;
    g_ptr_array_add(parts, NULL);
    return g_strjoinv(" || ", (char **)parts->pdata);
}

static bool has_incident(const packet_info *pinfo)
{
    g_autofree char *filter = incident_filter(pinfo->num);
    return filter != NULL;
}

static char *build_incident(const packet_info *pinfo)
{
    return incident_filter(pinfo->num);
}

SMBT_WS_CONVERSATION_FILTER(incident, has_incident, build_incident)

void smbt_stat_register(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
        register_stat_tap_table_ui(&tables[i]);
    smbt_feed_when_known(fill_tables);
    smbt_ws_register_incident("smbtrace", "SMB incident");
}
