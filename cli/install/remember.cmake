# Run by `cmake --install`, with BUILD the build folder: keeps in it (or in RECORD) what is put where, for uninstall.sh. CMake's own
# manifest knows no DESTDIR, forgets the last prefix but one, and is written by packing too.
#   FOLDERS  before files are put into these: those that are not there yet, for they are made now
#   (none)   after all files were put somewhere: their names
if(NOT RECORD)
  set(RECORD "${BUILD}")
endif()
set(packing "${BUILD}/_CPack_Packages/")
string(FIND "$ENV{DESTDIR}/" "${packing}" at)
if(at EQUAL 0)
  return()
endif()
foreach(folder IN LISTS FOLDERS)
  cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
  while(NOT EXISTS "$ENV{DESTDIR}${folder}")
    file(APPEND "${RECORD}/installed_folders.txt" "$ENV{DESTDIR}${folder}\n")
    cmake_path(GET folder PARENT_PATH folder)
  endwhile()
endforeach()
if(NOT FOLDERS)
  foreach(file IN LISTS CMAKE_INSTALL_MANIFEST_FILES)
    file(APPEND "${RECORD}/installed_files.txt" "$ENV{DESTDIR}${file}\n")
  endforeach()
endif()
