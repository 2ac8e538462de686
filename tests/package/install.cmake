# Installs into an empty folder and looks for paths of this machine in what was installed.
file(REMOVE_RECURSE ${PREFIX})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)

foreach(file include/faceptor/faceptor.hpp ${LIBDIR}/cmake/faceptor/faceptorConfig.cmake
    ${LIBDIR}/cmake/faceptor/faceptorConfigVersion.cmake share/faceptor/LICENSE)
  if(NOT EXISTS ${PREFIX}/${file})
    message(SEND_ERROR "not installed: ${file}")
  endif()
endforeach()

# The installed program starts, wherever it is called from, and looks for libraries in two folders only.
if(EXISTS ${PREFIX}/bin/faceptor)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=LD_LIBRARY_PATH ${PREFIX}/bin/faceptor --version
    OUTPUT_VARIABLE version COMMAND_ERROR_IS_FATAL ANY)
  if(NOT version MATCHES "^faceptor [0-9.]+")
    message(SEND_ERROR "the installed program says: ${version}")
  endif()
  find_program(readelf NAMES readelf llvm-readelf REQUIRED)
  execute_process(COMMAND ${readelf} -d ${PREFIX}/bin/faceptor OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
  if(NOT dynamic MATCHES "\\(RU?N?PATH\\)[^[]*.([^]:]+):([^]:]+)]")
    message(SEND_ERROR "the installed program should look for libraries in two folders:\n${dynamic}")
  endif()
endif()

# A program keeps the way to LibTorch (its run path), so only the library and the text files must be free of all of them.
file(GLOB_RECURSE installed LIST_DIRECTORIES false ${PREFIX}/*)
list(LENGTH installed count)
foreach(file IN LISTS installed)
  if(file MATCHES "^${PREFIX}/(bin|share)/")
    continue()
  endif()
  foreach(path IN LISTS PRIVATE_PATHS)
    # The prefix lies inside the build folder: cmake and shared libraries may not name it either.
    file(STRINGS ${file} lines REGEX "${path}/")
    if(lines)
      list(GET lines 0 line)
      string(SUBSTRING "${line}" 0 200 line)
      message(SEND_ERROR "${file} names ${path}: ${line}")
    endif()
  endforeach()
endforeach()
message(STATUS "${count} files installed")
