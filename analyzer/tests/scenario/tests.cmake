# Scenarios: testdata/scenarios/GROUP/ID.scn, one ctest entry scenario/GROUP/ID each.
if(NOT JSON_GLIB_FOUND)
  return()
endif()
set(here ${CMAKE_CURRENT_LIST_DIR})

add_library(smbt_scenario STATIC
  ${here}/line.c ${here}/world.c ${here}/frames.c ${here}/names.c ${here}/messages.c ${here}/request.c
  ${here}/presets.c ${here}/smb1.c ${here}/smb1_file.c ${here}/smb1_trans.c ${here}/smb2.c ${here}/steps.c
  ${here}/scenario.c ${here}/findings.c ${here}/findings_json.c ${here}/expect.c)
target_include_directories(smbt_scenario PUBLIC ${here}/..)
target_link_libraries(smbt_scenario
  PUBLIC smbtrace PRIVATE smbt_flags smbt_test_build smbt_smb PkgConfig::JSON_GLIB m)

add_executable(run_scenario ${here}/run_scenario.c)
target_link_libraries(run_scenario PRIVATE smbt_scenario smbt_flags)
add_executable(maim_scenario ${here}/maim_scenario.c)
target_link_libraries(maim_scenario PRIVATE smbt_scenario smbt_flags)
add_executable(scn2pcap ${here}/scn2pcap.c)
target_link_libraries(scn2pcap PRIVATE smbt_scenario smbt_flags)

file(GLOB_RECURSE scenarios CONFIGURE_DEPENDS
  RELATIVE ${PROJECT_SOURCE_DIR}/testdata/scenarios ${PROJECT_SOURCE_DIR}/testdata/scenarios/*.scn)
foreach(scenario IN LISTS scenarios)
  string(REGEX REPLACE "\\.scn$" "" id ${scenario})
  add_test(NAME scenario/${id}
    COMMAND run_scenario $<TARGET_FILE:smbtrace-check> ${PROJECT_SOURCE_DIR}/testdata/scenarios/${scenario})
endforeach()
# Captures that are not quite right: of what is nobody's decision, and of what hangs on a single request.
foreach(group alike benign forged ignored keepconn path tcp timeout)
  file(GLOB whole CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/testdata/scenarios/${group}/*.scn)
  add_test(NAME maimed/${group} COMMAND maim_scenario ${whole})
endforeach()
smbt_test(scenario/language smbt_scenario)
smbt_test(scenario/messages smbt_scenario)
