# faceptor::faceptor, compiled once, and faceptor::header_only, from the same sources.

# Rooms that compile without LibTorch, and the file formats, which do so too.
set(FACEPTOR_ROOMS_WITHOUT_TORCH core image geometry detect results)
set(FACEPTOR_FORMATS mapped_file safetensors zip pickle checkpoint)
set(FACEPTOR_ROOMS_WITH_TORCH nn backbone heads decoder losses metrics tasks model weights analyze)

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
  file(GLOB bodies RELATIVE ${PROJECT_SOURCE_DIR}/include CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/include/faceptor/impl/${room}/*_inl.hpp)
  set(${out} ${bodies} PARENT_SCOPE)
endfunction()

# What a user of either target needs.
function(faceptor_usage_without_torch target scope)
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
  target_link_libraries(${target} ${scope} Eigen3::Eigen fmt::fmt nlohmann_json::nlohmann_json Threads::Threads)
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

function(faceptor_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wno-maybe-uninitialized
    $<$<BOOL:${FACEPTOR_WARNINGS_AS_ERRORS}>:-Werror>)
  if(FACEPTOR_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${FACEPTOR_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE -fsanitize=${FACEPTOR_SANITIZE})
  endif()
endfunction()

set(faceptor_format_bodies "")
foreach(format IN LISTS FACEPTOR_FORMATS)
  list(APPEND faceptor_format_bodies faceptor/impl/weights/${format}_inl.hpp)
endforeach()

# The rooms without LibTorch, as objects: the tests of these rooms link them alone and never wait for a torch unit.
add_library(faceptor_without_torch OBJECT)
foreach(room IN LISTS FACEPTOR_ROOMS_WITHOUT_TORCH)
  faceptor_room_bodies(${room} bodies)
  faceptor_unit(${room} source ${bodies})
  target_sources(faceptor_without_torch PRIVATE ${source})
endforeach()
faceptor_unit(formats source ${faceptor_format_bodies})
target_sources(faceptor_without_torch PRIVATE ${source})
set_target_properties(faceptor_without_torch PROPERTIES POSITION_INDEPENDENT_CODE ON)
faceptor_usage_without_torch(faceptor_without_torch PUBLIC)
faceptor_body_dependencies(faceptor_without_torch PUBLIC)
faceptor_warnings(faceptor_without_torch)

add_library(faceptor $<TARGET_OBJECTS:faceptor_without_torch>)
add_library(faceptor::faceptor ALIAS faceptor)
foreach(room IN LISTS FACEPTOR_ROOMS_WITH_TORCH)
  faceptor_room_bodies(${room} bodies)
  list(REMOVE_ITEM bodies ${faceptor_format_bodies})
  faceptor_unit(${room} source ${bodies})
  target_sources(faceptor PRIVATE ${source})
endforeach()
set_target_properties(faceptor PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_precompile_headers(faceptor PRIVATE <torch/torch.h>)
faceptor_usage(faceptor PUBLIC)
faceptor_body_dependencies(faceptor PRIVATE)
faceptor_warnings(faceptor)

add_library(faceptor_header_only INTERFACE)
add_library(faceptor::header_only ALIAS faceptor_header_only)
set_target_properties(faceptor_header_only PROPERTIES EXPORT_NAME header_only)
target_compile_definitions(faceptor_header_only INTERFACE FACEPTOR_HEADER_ONLY)
faceptor_usage(faceptor_header_only INTERFACE)
faceptor_body_dependencies(faceptor_header_only INTERFACE)
