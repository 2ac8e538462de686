# ccache, sanitizers and warnings: what holds for every target of this project and for nobody else's.

if(FACEPTOR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(FACEPTOR_CCACHE_PROGRAM ccache)
  if(FACEPTOR_CCACHE_PROGRAM)
    # Without the sloppiness, ccache refuses every unit that uses a precompiled header; with the other two, what one clone has
    # compiled is found by the next.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${FACEPTOR_CCACHE_PROGRAM})
  endif()
endif()

# For the whole directory, since a precompiled header must be compiled with the flags of its users.
if(FACEPTOR_SANITIZE)
  add_compile_options(-fsanitize=${FACEPTOR_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FACEPTOR_SANITIZE})
endif()

# Code counts what it runs, for the fuzzer to see; the fuzzer itself is linked to its program alone.
if(FACEPTOR_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "faceptor: FACEPTOR_FUZZ needs Clang (the preset fuzz takes clang++), found ${CMAKE_CXX_COMPILER_ID}")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# __FILE__ would otherwise carry the path of this checkout into the library; ccache hands the compiler relative ones.
file(RELATIVE_PATH faceptor_from_build ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR})
string(REGEX REPLACE "/+$" "" faceptor_from_build "${faceptor_from_build}/")
string(APPEND faceptor_from_build "/")
add_compile_options(-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/= -fmacro-prefix-map=${faceptor_from_build}=)

function(faceptor_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    $<$<BOOL:${FACEPTOR_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()
