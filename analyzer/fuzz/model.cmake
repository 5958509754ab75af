smbt_fuzz(model smbt_model)

# Writes the seeds of the corpus again: seeds_model FOLDER.
add_executable(seeds_model EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/seeds_model.c)
target_link_libraries(seeds_model PRIVATE smbt_model smbt_test_build smbt_flags)
