# Builders of SMB messages, for tests, fuzz seeds and scenarios.
add_library(smbt_test_build STATIC
  ${CMAKE_CURRENT_LIST_DIR}/smb_build.c ${CMAKE_CURRENT_LIST_DIR}/smb_build_files.c
  ${CMAKE_CURRENT_LIST_DIR}/smb_build_search.c ${CMAKE_CURRENT_LIST_DIR}/smb_build_fids.c
  ${CMAKE_CURRENT_LIST_DIR}/smb_build_auth.c ${CMAKE_CURRENT_LIST_DIR}/smb_build_smb2.c)
target_include_directories(smbt_test_build PUBLIC ${CMAKE_CURRENT_LIST_DIR}/..)
target_link_libraries(smbt_test_build PUBLIC PkgConfig::GLIB PRIVATE smbt_flags)
target_sources(smbt_test_build PRIVATE ${CMAKE_CURRENT_LIST_DIR}/smb_build_state.c)
