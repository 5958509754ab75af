# Proves that the model never asks what the observer saw, nor any layer what lies above it:
#   cmake -DCC=... -DINCLUDES=dir|dir -DSOURCE_DIR=... -DNM=... -DMODEL=libX.a -DABOVE=libY.a|... -DWORK_DIR=... -P check_layers.cmake
#
# 1. A file of the model that includes a header of the observer, of the stream or of the verdict does not compile with the
#    model's include directories, while one that includes its own and the layers below does.
# 2. The compiled model needs no symbol that the layers beside and above it define.
# 3. Its text names none of their headers.
#
# And that no layer keeps strings in GLib's table of interned ones: it is global, and engines run side by side.

cmake_minimum_required(VERSION 3.22)
string(REPLACE "|" ";" INCLUDES "${INCLUDES}")
string(REPLACE "|" ";" ABOVE "${ABOVE}")

function(compiles result header)
  set(file ${WORK_DIR}/probe.c)
  file(WRITE ${file} "#include \"${header}\"\nint probe;\n")
  set(flags "")
  foreach(dir IN LISTS INCLUDES)
    list(APPEND flags -I${dir})
  endforeach()
  execute_process(COMMAND ${CC} ${flags} -fsyntax-only ${file} RESULT_VARIABLE status ERROR_VARIABLE why)
  if(status EQUAL 0)
    set(${result} yes PARENT_SCOPE)
  else()
    set(${result} no PARENT_SCOPE)
    set(why "${why}" PARENT_SCOPE)
  endif()
endfunction()

file(MAKE_DIRECTORY ${WORK_DIR})
foreach(header model/model.h smb/pairing.h profile/timer.h base/time.h)
  compiles(ok ${header})
  if(NOT ok)
    message(FATAL_ERROR "${header} does not compile with the model's own directories: ${why}")
  endif()
endforeach()
foreach(header observe/track.h observe/hosts.h stream/half.h wire/segment.h verdict/verdict.h engine/internal.h report/text.h)
  compiles(ok ${header})
  if(ok)
    message(FATAL_ERROR "a file of the model can include ${header}")
  endif()
endforeach()

function(symbols result kind library)
  execute_process(COMMAND ${NM} ${kind} --format=posix ${library} OUTPUT_VARIABLE text RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${NM} can't read ${library}")
  endif()
  string(REGEX MATCHALL "smbt_[a-z0-9_]+" names "${text}")
  list(REMOVE_DUPLICATES names)
  set(${result} "${names}" PARENT_SCOPE)
endfunction()

symbols(needed --undefined-only ${MODEL})
list(LENGTH needed count)
if(count LESS 20)
  message(FATAL_ERROR "only ${count} symbols needed by ${MODEL}: is it the model?")
endif()
foreach(library IN LISTS ABOVE)
  symbols(defined --defined-only ${library})
  foreach(name IN LISTS defined)
    if(name IN_LIST needed)
      message(FATAL_ERROR "the model needs ${name}, which ${library} defines")
    endif()
  endforeach()
endforeach()

file(GLOB sources ${SOURCE_DIR}/model/*.[ch])
foreach(source IN LISTS sources)
  file(STRINGS ${source} lines REGEX "^#include \"(observe|stream|wire|verdict|report|engine)/")
  if(lines)
    message(FATAL_ERROR "${source}: ${lines}")
  endif()
endforeach()

foreach(library IN LISTS MODEL ABOVE)
  execute_process(COMMAND ${NM} --undefined-only --format=posix ${library} OUTPUT_VARIABLE text)
  string(REGEX MATCH "g_[a-z_]*intern[a-z_]*" interns "${text}")
  if(interns)
    message(FATAL_ERROR "${library} needs ${interns}")
  endif()
endforeach()
