# The model never asks what the observer saw: the include directories, the symbols and the text say so.
get_target_property(glib_includes PkgConfig::GLIB INTERFACE_INCLUDE_DIRECTORIES)
set(model_includes ${SMBT_LAYER_ROOT}/model ${SMBT_LAYER_ROOT}/smb ${SMBT_LAYER_ROOT}/profile ${SMBT_LAYER_ROOT}/base
  ${SMBT_PUBLIC_INCLUDE} ${glib_includes})
string(REPLACE ";" "|" model_includes "${model_includes}")
set(above "")
foreach(layer IN ITEMS wire stream observe verdict join report engine)
  list(APPEND above $<TARGET_FILE:smbt_${layer}>)
endforeach()
string(REPLACE ";" "|" above "${above}")
add_test(NAME layers/model-asks-nobody
  COMMAND ${CMAKE_COMMAND} -DCC=${CMAKE_C_COMPILER} -DNM=${CMAKE_NM} "-DINCLUDES=${model_includes}"
    -DSOURCE_DIR=${CMAKE_SOURCE_DIR}/analyzer -DMODEL=$<TARGET_FILE:smbt_model> "-DABOVE=${above}"
    -DWORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/layers-probe
    -P ${CMAKE_CURRENT_SOURCE_DIR}/layers/check_layers.cmake)
