/* What differs between the versions of Wireshark that the plugin is built for: 4.0, 4.4 and later. The only
 * file that asks for the version, and the one place where Wireshark's headers come in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PLUGIN_WS_COMPAT_H
#define SMBTRACE_PLUGIN_WS_COMPAT_H

#define WS_BUILD_DLL
#include <wireshark.h>
#include <ws_version.h>

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

/* Does not declare struct _packet_info itself. */
#include <epan/conversation_filter.h>

#define SMBT_WS_AT_LEAST(major, minor)                                                                       \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                                    \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* Preferences are written through a pointer to it: gboolean is an int. */
#if SMBT_WS_AT_LEAST(4, 3)
typedef bool smbt_ws_bool;
#else
typedef gboolean smbt_ws_bool;
#endif

/* An export of this frame takes `frame` along. */
static inline void smbt_ws_depend_on(packet_info *pinfo, uint32_t frame)
{
#if SMBT_WS_AT_LEAST(4, 3)
    mark_frame_as_depended_upon(pinfo->fd, frame);
#else
    mark_frame_as_depended_upon(pinfo, frame);
#endif
}

/* Defines smbt_ws_register_NAME(protocol, label), which registers a conversation filter of two functions:
 * bool has(const packet_info *) and char *build(const packet_info *), whose result Wireshark frees. */
#if SMBT_WS_AT_LEAST(4, 3)
#define SMBT_WS_CONVERSATION_FILTER(name, has, build)                                                        \
    static bool ws_##name##_valid(packet_info *pinfo, void *data)                                            \
    {                                                                                                        \
        (void)data;                                                                                          \
        return has(pinfo);                                                                                   \
    }                                                                                                        \
    static char *ws_##name##_build(packet_info *pinfo, void *data)                                           \
    {                                                                                                        \
        (void)data;                                                                                          \
        return build(pinfo);                                                                                 \
    }                                                                                                        \
    static void smbt_ws_register_##name(const char *protocol, const char *label)                             \
    {                                                                                                        \
        register_conversation_filter(protocol, label, ws_##name##_valid, ws_##name##_build, NULL);           \
    }
#else
#define SMBT_WS_CONVERSATION_FILTER(name, has, build)                                                        \
    static gboolean ws_##name##_valid(packet_info *pinfo)                                                    \
    {                                                                                                        \
        return has(pinfo);                                                                                   \
    }                                                                                                        \
    static gchar *ws_##name##_build(packet_info *pinfo)                                                      \
    {                                                                                                        \
        return build(pinfo);                                                                                 \
    }                                                                                                        \
    static void smbt_ws_register_##name(const char *protocol, const char *label)                             \
    {                                                                                                        \
        register_conversation_filter(protocol, label, ws_##name##_valid, ws_##name##_build);                 \
    }
#endif

/* Of plugins.h, which 4.0 does not install: what the plugin holds. */
#define SMBT_WS_PLUGIN_DISSECTOR 1u

#endif
