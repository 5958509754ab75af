/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/vocabulary.h"

#include <glib.h>
#include <string.h>

#define LONGEST_NUMBER 5

/* Systems, editions, dialects, file systems, kinds of shares: each between two blanks. */
static const char product_words[] =
    " Windows Microsoft Server Service Pack NT XP Vista R R2 SP1 SP2 SP3 SP4 Standard Enterprise "
    "Datacenter Professional Ultimate Home Premium Basic Starter Business Pro Education Web Small "
    "Essentials Foundation Storage Advanced Workstation Embedded Edition Evaluation without Hyper V "
    "Core N KN x64 for and of Build IoT LTSC LTSB Unix Linux version Samba CIFS VFS Client jCIFS "
    "SunOS Solaris illumos OpenSolaris Mac OS X Darwin Apple SMBX FreeBSD NetBSD OpenBSD HP UX AIX "
    "OS400 VMS NetWare Novell EMC SNAS Celerra Data ONTAP NetApp Isilon OneFS Debian Ubuntu Fedora "
    "RedHat CentOS SUSE SLES Kernel LAN LANMAN Manager NTLM Lm Warp Digital DAVE Thursby Visuality "
    "Systems NQ RTSMB Impacket Nmap Native Lanman el5 el6 el7 el8 el9 git GIT UNKNOWN PC NETWORK "
    "NETWORKS PROGRAM PCLAN1 MICROSOFT XENIX CORE DOS LANMAN1 LANMAN2 LM1 2X002 LANMAN3 Workgroups "
    "SMB SMB2 SMB3 1a 3 POSIX Cairo Extended Security NTFS FAT FAT16 FAT32 exFAT ReFS CSVFS HPFS "
    "CDFS UDF EXT2 EXT3 EXT4 XFS ZFS UFS HFS APFS BTRFS PIPE IPC LPT1 LPT2 LPT3 LPT COMM A ";

/* Shares and mailslots, then pipes. */
static const char path_parts[] =
    " IPC$ ADMIN$ PRINT$ FAX$ NETLOGON SYSVOL PIPE MAILSLOT LANMAN BROWSE *SMBSERVER SMBSERVER "
    "srvsvc wkssvc lsarpc lsass samr netlogon netdfs spoolss winreg svcctl browser atsvc epmapper "
    "eventlog initshutdown dfs ntsvcs protected_storage keysvc trkwks unixinfo rpcecho dssetup wins "
    "dhcpserver dnsserver msgsvc nddeapi tapsrv W32TIME llsrpc locator scerpc SfcApi HydraLsPipe "
    "TermSrv_API_service Ctx_WinStation_API_service MsFteWds FssagentRpc mdssvc plugplay efsrpc cert ";

/* Those that observe/host_name.c knows. */
static const char nobodys_names[] = " localhost localdomain WORKSTATION ";

static bool is_in(const char *words, const char *word, size_t n)
{
    for (const char *at = words + 1, *end; (end = strchr(at, ' ')); at = end + 1)
        if ((size_t)(end - at) == n && g_ascii_strncasecmp(at, word, n) == 0) return true;
    return false;
}

bool smbt_vocabulary_is_product(const char *word, size_t n)
{
    if (is_in(product_words, word, n)) return true;
    for (size_t i = 0; i < n; i++)
        if (!g_ascii_isdigit(word[i])) return false;
    return n <= LONGEST_NUMBER;
}

bool smbt_vocabulary_is_path(const char *part, size_t n)
{
    if (n == 2 && g_ascii_isalpha(part[0]) && (part[1] == '$' || part[1] == ':')) return true;
    return is_in(path_parts, part, n);
}

bool smbt_vocabulary_is_nobodys(const char *part, size_t n)
{
    return is_in(nobodys_names, part, n);
}
