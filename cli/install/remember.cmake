# Run by `cmake --install`, with BUILD the build folder: keeps in it (or in RECORD) what is put where, for uninstall.sh. CMake's own
# manifest knows no DESTDIR, forgets the last prefix but one, and is written by packing too.
#   FOLDERS  before files are put into these: those that are not there yet, for they are made now
#   (none)   after all files were put somewhere: their names
if(NOT RECORD)
  set(RECORD "${BUILD}")
endif()
set(packing "${BUILD}/_CPack_Packages/")
set(staging "$ENV{DESTDIR}")
if(staging) # what is remembered holds wherever uninstall.sh is run
  cmake_path(ABSOLUTE_PATH staging BASE_DIRECTORY "${CMAKE_BINARY_DIR}" NORMALIZE)
endif()
string(FIND "${staging}/" "${packing}" at)
if(at EQUAL 0)
  return()
endif()
foreach(folder IN LISTS FOLDERS)
  cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
  set(folder "${staging}${folder}")
  cmake_path(NORMAL_PATH folder)
  while(NOT EXISTS "${folder}")
    file(APPEND "${RECORD}/installed_folders.txt" "${folder}\n")
    cmake_path(GET folder PARENT_PATH folder) # ends at the root, which is there
  endwhile()
endforeach()
if(NOT FOLDERS)
  foreach(file IN LISTS CMAKE_INSTALL_MANIFEST_FILES)
    file(APPEND "${RECORD}/installed_files.txt" "${staging}${file}\n")
  endforeach()
endif()
