smbt_fuzz(smb smbt_smb)

# Writes the seeds of the corpus again: seeds_smb FOLDER.
add_executable(seeds_smb EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/seeds_smb.c)
target_link_libraries(seeds_smb PRIVATE smbt_test_build smbt_flags)
