# Configures, builds and runs a user's project, from nothing.
#   MODE=installed  find_package(faceptor COMPONENTS ${COMPONENT}) in PREFIX
#   MODE=embedded   add_subdirectory, then the shared library it makes, installed and found
string(REPLACE "|" ";" PREFIX_PATH "${PREFIX_PATH}")
set(ENV{CCACHE_SLOPPINESS} pch_defines,time_macros,include_file_mtime,include_file_ctime)

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

set(tests ${SOURCE}/tests/package)
if(MODE STREQUAL "installed")
  set(build ${WORK}/consumer_${COMPONENT})
  build_project(${tests}/consumer ${build} "-DCMAKE_PREFIX_PATH=${PREFIX};${PREFIX_PATH}" -DCOMPONENT=${COMPONENT})
  run(${build}/consumer)
else()
  set(build ${WORK}/embedded)
  build_project(${tests}/embedded ${build} "-DCMAKE_PREFIX_PATH=${PREFIX_PATH}" -DFACEPTOR_SOURCE=${SOURCE}
    -DBUILD_SHARED_LIBS=ON -DFACEPTOR_WITH_DLIB=OFF -DFACEPTOR_INSTALL=ON)
  run(${build}/embedded)

  # Of a shared library nothing but itself is linked: the codecs' development files are not asked for.
  file(REMOVE_RECURSE ${build}/prefix)
  run(${CMAKE_COMMAND} --install ${build} --prefix ${build}/prefix)
  build_project(${tests}/consumer ${WORK}/consumer_shared "-DCMAKE_PREFIX_PATH=${build}/prefix;${PREFIX_PATH}"
    -DCOMPONENT=compiled -DLIGHT=ON -DCMAKE_DISABLE_FIND_PACKAGE_dlib=ON -DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON)
  run(${WORK}/consumer_shared/consumer)
endif()
