# Debian packages: smbtrace, and smbtrace-wireshark with the plugin where it is built. Configure with the prefix /usr,
# as the preset `package` does: the folder of Wireshark's plugins depends on it.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME smbtrace)
set(CPACK_PACKAGE_VENDOR smbtrace)
set(CPACK_PACKAGE_CONTACT "smbtrace maintainers <maintainers@smbtrace.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME smbtrace)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "says why SMB connections in packet captures ended
Replays a capture through SMB server and client state machines, and names
the cause of each end of a connection, the packet that set it off, what was
ruled out and what to change.")
if(TARGET smbtrace_plugin)
  list(APPEND CPACK_COMPONENTS_ALL plugin)
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS smbtrace-wireshark)
  set(CPACK_DEBIAN_PLUGIN_PACKAGE_NAME smbtrace-wireshark)
  set(CPACK_DEBIAN_PLUGIN_DESCRIPTION "says in Wireshark why SMB connections ended
The verdicts of smbtrace as expert information in Wireshark and tshark
${SMBTRACE_EPAN_VERSION}: the packet that ended a connection, the one that set it off, and
tables of causes, hosts and timers.")
  set(CPACK_DEBIAN_PLUGIN_PACKAGE_RECOMMENDS "tshark | wireshark")
  set(CPACK_DEBIAN_PLUGIN_PACKAGE_SUGGESTS smbtrace)
  set(CPACK_DEBIAN_PLUGIN_PACKAGE_ENHANCES "tshark, wireshark")
endif()

# Built for one release of Debian: its libraries, its Wireshark. So is the version, and a newer release's is higher.
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
if(EXISTS /etc/os-release)
  file(STRINGS /etc/os-release debian REGEX "^(ID=debian|VERSION_ID=.*)$")
  if(debian MATCHES "ID=debian" AND debian MATCHES "VERSION_ID=\"?([0-9]+)")
    set(CPACK_DEBIAN_PACKAGE_RELEASE 1~deb${CMAKE_MATCH_1})
  endif()
endif()

# What a package must have beside the program.
if(SMBTRACE_PACKAGE)
  set(needed "")
  foreach(tool pandoc:pandoc dpkg-shlibdeps:dpkg-dev file:file gzip:gzip)
    string(REGEX MATCH "^[^:]*" program ${tool})
    string(REGEX REPLACE "^[^:]*:" "" package ${tool})
    find_program(SMBTRACE_TOOL_${program} ${program})
    if(NOT SMBTRACE_TOOL_${program})
      string(APPEND needed " ${package}")
    endif()
  endforeach()
  if(needed)
    message(FATAL_ERROR "Debian packages: not without these: apt-get install --no-install-recommends${needed}")
  endif()
  configure_file(copyright.in copyright @ONLY)
  file(TIMESTAMP ${PROJECT_SOURCE_DIR}/CHANGELOG.md date "%a, %d %b %Y %H:%M:%S +0000" UTC)
  configure_file(changelog.in changelog.Debian @ONLY)
  configure_file(${PROJECT_SOURCE_DIR}/CHANGELOG.md changelog COPYONLY)
  foreach(log changelog changelog.Debian)
    add_custom_command(OUTPUT ${log}.gz COMMAND gzip -9nkf ${log} DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${log} VERBATIM)
  endforeach()
  add_custom_target(smbtrace_package_texts ALL DEPENDS changelog.gz changelog.Debian.gz)
  foreach(component IN LISTS CPACK_COMPONENTS_ALL)
    string(TOUPPER ${component} upper)
    set(folder ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
    smbt_installs_to(${component} ${folder})
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/copyright ${CMAKE_CURRENT_BINARY_DIR}/changelog.gz
                  ${CMAKE_CURRENT_BINARY_DIR}/changelog.Debian.gz
      DESTINATION ${folder} COMPONENT ${component})
  endforeach()
endif()
include(CPack)
