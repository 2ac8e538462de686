# Configures, builds and runs a user's project, from nothing.
#   MODE=installed  find_package(faceptor COMPONENTS ${COMPONENT}) in PREFIX
#   MODE=extension  parts and a program of a third party (tests/extension) on the package in PREFIX
#   MODE=embedded   add_subdirectory, then the shared library it makes, installed and found; of the library's rooms the first ones,
#                   which are a library without the others
string(REPLACE "|" ";" PREFIX_PATH "${PREFIX_PATH}")
set(ENV{CCACHE_BASEDIR} ${SOURCE})
set(ENV{CCACHE_NOHASHDIR} 1)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "failed (${result}): ${command}")
  endif()
endfunction()

function(build_project source build)
  file(REMOVE_RECURSE ${build})
  if(SANITIZE)
    string(APPEND FLAGS " -fsanitize=${SANITIZE}")
  endif()
  run(${CMAKE_COMMAND} -S ${source} -B ${build} -G ${GENERATOR} "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
    -DCMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0
    -DTorch_DIR=${TORCH_DIR} --log-level=WARNING -Wno-dev ${ARGN})
  run(${CMAKE_COMMAND} --build ${build} --parallel 2)
endfunction()

# A user's program: its name, the verb it added, the one it removed.
function(check_program program)
  execute_process(COMMAND ${program} --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
  foreach(line "Usage: consumer " "  analyze " "  count " "`consumer VERB --help`")
    string(FIND "${help}" "${line}" place)
    if(place EQUAL -1)
      message(FATAL_ERROR "--help of a user's program lacks \"${line}\":\n${help}")
    endif()
  endforeach()
  if(help MATCHES "  forward ")
    message(FATAL_ERROR "a verb that was removed is in the help:\n${help}")
  endif()
  execute_process(COMMAND ${program} count a --b OUTPUT_VARIABLE counted COMMAND_ERROR_IS_FATAL ANY)
  if(NOT counted STREQUAL "2 words\n")
    message(FATAL_ERROR "a verb of one's own said: ${counted}")
  endif()
  execute_process(COMMAND ${program} forward RESULT_VARIABLE result ERROR_QUIET)
  if(NOT result EQUAL 2)
    message(FATAL_ERROR "a verb that was removed ended with ${result}")
  endif()
endfunction()

# Whether every body in an object is inline: one that isn't would be defined in each unit of a user, and couldn't be linked.
function(check_inline object)
  find_program(nm NAMES nm llvm-nm REQUIRED)
  execute_process(COMMAND ${nm} -C --defined-only ${object} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[0-9a-f]+ [TDBR] [^\n]*faceptor::[^\n]*" strong "${symbols}")
  list(FILTER strong EXCLUDE REGEX "vtable|typeinfo")
  if(strong)
    list(JOIN strong "\n" strong)
    message(FATAL_ERROR "not inline:\n${strong}")
  endif()
endfunction()

set(tests ${SOURCE}/tests/package)
if(MODE STREQUAL "installed")
  set(build ${WORK}/consumer_${COMPONENT})
  build_project(${tests}/consumer ${build} "-DCMAKE_PREFIX_PATH=${PREFIX};${PREFIX_PATH}" -DCOMPONENT=${COMPONENT})
  if(COMPONENT STREQUAL "program")
    check_program(${build}/consumer)
  else()
    run(${build}/consumer)
  endif()
  if(COMPONENT STREQUAL "header_only")
    check_inline(${build}/CMakeFiles/consumer.dir/other.cpp.o)
  endif()
elseif(MODE STREQUAL "extension")
  set(build ${WORK}/extension)
  build_project(${SOURCE}/tests/extension ${build} "-DCMAKE_PREFIX_PATH=${PREFIX};${PREFIX_PATH}")
  run(${PYTHON} ${SOURCE}/tests/extension/extension_test.py ${build}/extended ${PROGRAM})
else()
  set(build ${WORK}/embedded)
  build_project(${tests}/embedded ${build} "-DCMAKE_PREFIX_PATH=${PREFIX_PATH}" -DFACEPTOR_SOURCE=${SOURCE}
    -DBUILD_SHARED_LIBS=ON -DFACEPTOR_WITH_DLIB=OFF -DFACEPTOR_INSTALL=ON -DFACEPTOR_LAST_ROOM=nn
    -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DCMAKE_SHARED_LINKER_FLAGS=-Wl,--no-undefined)
  run(${build}/embedded)

  # Of a shared library nothing but itself is linked: the codecs' development files are not asked for.
  file(REMOVE_RECURSE ${build}/prefix)
  run(${CMAKE_COMMAND} --install ${build} --prefix ${build}/prefix)
  build_project(${tests}/consumer ${WORK}/consumer_shared "-DCMAKE_PREFIX_PATH=${build}/prefix;${PREFIX_PATH}"
    -DCOMPONENT=compiled -DLIGHT=ON -DCMAKE_DISABLE_FIND_PACKAGE_dlib=ON -DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON)
  run(${WORK}/consumer_shared/consumer)
endif()
