# faceptor::faceptor, compiled once, and faceptor::header_only, from the same sources.
include(GNUInstallDirs)

# The rooms, in the order data flows: a room includes only itself and rooms above it. scripts/check_rooms reads these lists.
# Rooms that compile without LibTorch, and the files of weights/ that do so too.
set(FACEPTOR_ROOMS_WITHOUT_TORCH core image geometry detect results)
set(FACEPTOR_FORMATS mapped_file tensor_view atomic_file safetensors safetensors_header safetensors_writer zip zip_writer
  pickle pickle_machine pickle_opcodes pickle_writer checkpoint checkpoint_storage checkpoint_writer sha256 published_names published_model)
# The parts of data/ that compile without LibTorch, each a unit of its own: samples and readers of data sets, what is done to a
# sample's picture, painted faces.
set(FACEPTOR_DATA_WITHOUT_TORCH datasets transforms synthetic)
set(FACEPTOR_ROOMS_WITH_TORCH nn backbone heads decoder losses metrics tasks model weights analyze data train evaluate
  program)
# The bodies of program/ lie in tools/: a library of its own, faceptor::program.

# What is compiled: all of them, or, where little is wanted quickly, the first ones, which need nothing of the others.
set(faceptor_compiled_rooms ${FACEPTOR_ROOMS_WITHOUT_TORCH} ${FACEPTOR_ROOMS_WITH_TORCH})
if(FACEPTOR_LAST_ROOM)
  list(FIND faceptor_compiled_rooms ${FACEPTOR_LAST_ROOM} last)
  if(last EQUAL -1)
    message(FATAL_ERROR "faceptor: FACEPTOR_LAST_ROOM is no room: ${FACEPTOR_LAST_ROOM}")
  endif()
  math(EXPR last "${last} + 1")
  list(SUBLIST faceptor_compiled_rooms 0 ${last} faceptor_compiled_rooms)
endif()

# One translation unit that includes the bodies given.
function(faceptor_unit name out)
  set(FACEPTOR_ROOM_INCLUDES "")
  foreach(body IN LISTS ARGN)
    string(APPEND FACEPTOR_ROOM_INCLUDES "#include <${body}>\n")
  endforeach()
  set(FACEPTOR_ROOM ${name})
  configure_file(${PROJECT_SOURCE_DIR}/cmake/room.cpp.in ${PROJECT_BINARY_DIR}/rooms/${name}.cpp @ONLY)
  set(${out} ${PROJECT_BINARY_DIR}/rooms/${name}.cpp PARENT_SCOPE)
endfunction()

function(faceptor_room_bodies room out)
  file(GLOB_RECURSE bodies RELATIVE ${PROJECT_SOURCE_DIR}/include CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/include/faceptor/impl/${room}/*_inl.hpp)
  set(${out} ${bodies} PARENT_SCOPE)
endfunction()

# What a user of either target needs.
# fmt as headers alone: LibTorch brings headers of a fmt of its own, found before the system's, and no library for them.
function(faceptor_usage_without_torch target scope)
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} ${scope} Eigen3::Eigen fmt::fmt-header-only nlohmann_json::nlohmann_json Threads::Threads)
endfunction()

function(faceptor_usage target scope)
  faceptor_usage_without_torch(${target} ${scope})
  target_link_libraries(${target} ${scope} torch)
endfunction()

# What the bodies need besides: codecs, the detector.
function(faceptor_body_dependencies target scope)
  target_link_libraries(${target} ${scope} ZLIB::ZLIB PkgConfig::turbojpeg PkgConfig::spng)
  target_include_directories(${target} SYSTEM ${scope} $<BUILD_INTERFACE:${FACEPTOR_STB_INCLUDE_DIR}>)
  if(FACEPTOR_WITH_DLIB)
    target_link_libraries(${target} ${scope} dlib::dlib)
    target_compile_definitions(${target} ${scope} FACEPTOR_WITH_DLIB)
  endif()
endfunction()

# One precompiled header for every unit that includes LibTorch: 10 s instead of 25 for each of them.
# GCC takes it only for units compiled alike, hence -fPIC for programs too; and it compiles them as optimised as the header was.
# Named without their folders, so that ccache finds one clone's for another. A header must still include what it uses: tests/package
# compiles each alone.
faceptor_unit(precompiled source)
add_library(faceptor_pch OBJECT ${source})
target_precompile_headers(faceptor_pch PRIVATE <torch/torch.h> <filesystem> <optional> <span> <string> <string_view> <vector>)
target_compile_options(faceptor_pch PRIVATE -fPIC)
set_target_properties(faceptor_pch PROPERTIES EXPORT_COMPILE_COMMANDS ON)
faceptor_usage(faceptor_pch PRIVATE)
faceptor_warnings(faceptor_pch)

function(faceptor_precompiled target)
  if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    target_precompile_headers(${target} REUSE_FROM faceptor_pch)
  endif()
  target_compile_options(${target} PRIVATE -fPIC)
endfunction()

list(JOIN FACEPTOR_FORMATS "|" faceptor_format_names)
faceptor_room_bodies(weights faceptor_format_bodies)
list(FILTER faceptor_format_bodies INCLUDE REGEX "/(${faceptor_format_names})_inl\\.hpp$")

# The rooms without LibTorch, as objects: the tests of these rooms link them alone and never wait for a torch unit.
add_library(faceptor_without_torch OBJECT)
foreach(room IN LISTS FACEPTOR_ROOMS_WITHOUT_TORCH)
  faceptor_room_bodies(${room} bodies)
  if(bodies AND room IN_LIST faceptor_compiled_rooms)
    faceptor_unit(${room} source ${bodies})
    target_sources(faceptor_without_torch PRIVATE ${source})
  endif()
endforeach()
if("weights" IN_LIST faceptor_compiled_rooms)
  faceptor_unit(formats source ${faceptor_format_bodies})
  target_sources(faceptor_without_torch PRIVATE ${source})
endif()
set(faceptor_data_bodies "")
foreach(part IN LISTS FACEPTOR_DATA_WITHOUT_TORCH)
  faceptor_room_bodies(data/${part} bodies)
  if(bodies AND "data" IN_LIST faceptor_compiled_rooms)
    faceptor_unit(${part} source ${bodies})
    target_sources(faceptor_without_torch PRIVATE ${source})
    list(APPEND faceptor_data_bodies ${bodies})
  endif()
endforeach()
set_target_properties(faceptor_without_torch PROPERTIES POSITION_INDEPENDENT_CODE ON EXPORT_COMPILE_COMMANDS ON)
faceptor_usage_without_torch(faceptor_without_torch PUBLIC)
faceptor_body_dependencies(faceptor_without_torch PUBLIC)
faceptor_warnings(faceptor_without_torch)

# The objects, not the target: what is linked would have to be exported.
add_library(faceptor $<TARGET_OBJECTS:faceptor_without_torch>)
add_library(faceptor::faceptor ALIAS faceptor)
foreach(room IN LISTS FACEPTOR_ROOMS_WITH_TORCH)
  faceptor_room_bodies(${room} bodies)
  list(REMOVE_ITEM bodies ${faceptor_format_bodies} ${faceptor_data_bodies})
  if(bodies AND room IN_LIST faceptor_compiled_rooms)
    faceptor_unit(${room} source ${bodies})
    target_sources(faceptor PRIVATE ${source})
    if(room STREQUAL train AND FACEPTOR_WITH_DISTRIBUTED)
      set_source_files_properties(${source} PROPERTIES COMPILE_DEFINITIONS FACEPTOR_WITH_DISTRIBUTED)
    endif()
  endif()
endforeach()
set_target_properties(faceptor PROPERTIES
  POSITION_INDEPENDENT_CODE ON LINKER_LANGUAGE CXX VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
faceptor_usage(faceptor PUBLIC)
faceptor_precompiled(faceptor)
if(FACEPTOR_SANITIZE)
  target_link_options(faceptor PUBLIC $<BUILD_INTERFACE:-fsanitize=${FACEPTOR_SANITIZE}>)
endif()
faceptor_body_dependencies(faceptor PRIVATE)
if(FACEPTOR_WITH_DISTRIBUTED)
  target_include_directories(faceptor SYSTEM PRIVATE ${FACEPTOR_GLOO_INCLUDE_DIR})
endif()
faceptor_warnings(faceptor)

add_library(faceptor_header_only INTERFACE)
add_library(faceptor::header_only ALIAS faceptor_header_only)
set_target_properties(faceptor_header_only PROPERTIES EXPORT_NAME header_only)
target_compile_definitions(faceptor_header_only INTERFACE FACEPTOR_HEADER_ONLY)
faceptor_usage(faceptor_header_only INTERFACE)
faceptor_body_dependencies(faceptor_header_only INTERFACE)
if(FACEPTOR_WITH_DISTRIBUTED)
  target_include_directories(faceptor_header_only SYSTEM INTERFACE $<BUILD_INTERFACE:${FACEPTOR_GLOO_INCLUDE_DIR}>)
  target_compile_definitions(faceptor_header_only INTERFACE $<BUILD_INTERFACE:FACEPTOR_WITH_DISTRIBUTED>)
endif()
