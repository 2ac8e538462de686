# The library, a target a part. A room includes only itself and rooms above it, in the order of these lists, which scripts/check_rooms
# and the tests of headers read too.
#   faceptor::vision       pictures, geometry, faces, results: without LibTorch
#   faceptor::faceptor     the detector, networks, tasks, models, weights, the analyzer
#   faceptor::header_only  the headers of these two with their bodies, compiled by whoever includes them
# The workshop, ordinary sources:
#   faceptor::datasets     readers of data sets and what is done to their pictures: without LibTorch
#   faceptor::training     loaders, trainer, evaluation
#   faceptor::synthetic    painted faces and writers of sets: without LibTorch
#   faceptor::report       evaluations as pages
#   faceptor::ffmpeg       videos through FFmpeg's libraries: without LibTorch; only with FACEPTOR_WITH_FFMPEG
#   faceptor::program      the verbs (tools/)
include(GNUInstallDirs)

set(FACEPTOR_ROOMS_VISION core files image geometry detect results gallery video)
set(FACEPTOR_ROOMS_DATASETS datasets transforms)
set(FACEPTOR_ROOMS_FFMPEG ffmpeg)
set(FACEPTOR_ROOMS_FACEPTOR nn detectors backbone heads decoder losses metrics tasks model published weights analyze)
set(FACEPTOR_ROOMS_TRAINING loading train evaluate)
set(FACEPTOR_ROOMS_SYNTHETIC synthetic)
set(FACEPTOR_ROOMS_REPORT report)
set(FACEPTOR_ROOMS_PROGRAM program)
set(FACEPTOR_COMPONENTS vision faceptor header_only datasets ffmpeg training synthetic report program)

# Rooms whose bodies can be headers: one translation unit a room, made of them.
function(faceptor_room_units out)
  set(units "")
  foreach(room IN LISTS ARGN)
    file(GLOB bodies RELATIVE ${PROJECT_SOURCE_DIR}/include CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/faceptor/${room}/impl/*_inl.hpp)
    list(TRANSFORM bodies PREPEND "#include <")
    list(TRANSFORM bodies APPEND ">")
    list(JOIN bodies "\n" bodies)
    set(unit ${PROJECT_BINARY_DIR}/rooms/${room}.cpp)
    file(CONFIGURE OUTPUT ${unit} CONTENT "// The bodies of a room, compiled once.\n@bodies@\n" @ONLY)
    list(APPEND units ${unit})
  endforeach()
  set(${out} ${units} PARENT_SCOPE)
endfunction()

# Rooms of the workshop: their sources, compiled several at a time.
function(faceptor_room_sources target)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/include/faceptor/)
  list(TRANSFORM ARGN APPEND "/*.cpp")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${ARGN})
  target_sources(${target} PRIVATE ${sources})
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${FACEPTOR_BATCHES} UNITY_BUILD_BATCH_SIZE 12 UNITY_BUILD_RELOCATABLE ON)
endfunction()

# What holds for every part of the library. @param name  of the component
function(faceptor_component target name)
  add_library(faceptor::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  if(FACEPTOR_SANITIZE)
    target_link_options(${target} PUBLIC $<BUILD_INTERFACE:-fsanitize=${FACEPTOR_SANITIZE}>)
  endif()
  faceptor_warnings(${target})
endfunction()

# What a user of the headers needs.
# fmt as headers alone: LibTorch brings headers of a fmt of its own, found before the system's, and no library for them.
function(faceptor_usage target scope)
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} ${scope} Eigen3::Eigen fmt::fmt-header-only nlohmann_json::nlohmann_json Threads::Threads)
endfunction()

# What the bodies of faceptor::vision need besides: codecs.
function(faceptor_body_dependencies target scope)
  target_link_libraries(${target} ${scope} ZLIB::ZLIB PkgConfig::turbojpeg PkgConfig::spng PkgConfig::webp)
  target_include_directories(${target} SYSTEM ${scope} $<BUILD_INTERFACE:${FACEPTOR_STB_INCLUDE_DIR}>)
endfunction()

faceptor_room_units(units ${FACEPTOR_ROOMS_VISION})
add_library(faceptor_vision ${units})
faceptor_component(faceptor_vision vision)
set_target_properties(faceptor_vision PROPERTIES EXPORT_COMPILE_COMMANDS ON)
faceptor_usage(faceptor_vision PUBLIC)
faceptor_body_dependencies(faceptor_vision PRIVATE)

# One precompiled header for every unit that includes LibTorch: 10 s instead of 25 for each of them.
# GCC takes it only for units compiled alike, hence -fPIC for programs too; and it compiles them as optimised as the header was.
# Named without their folders, so that ccache finds one clone's for another. A header must still include what it uses: tests/package
# compiles each alone.
faceptor_room_units(source precompiled)
add_library(faceptor_pch OBJECT ${source})
target_precompile_headers(faceptor_pch PRIVATE <torch/torch.h> <filesystem> <optional> <span> <string> <string_view> <vector>)
target_compile_options(faceptor_pch PRIVATE -fPIC)
set_target_properties(faceptor_pch PROPERTIES EXPORT_COMPILE_COMMANDS ON)
faceptor_usage(faceptor_pch PRIVATE)
target_link_libraries(faceptor_pch PRIVATE torch)
faceptor_warnings(faceptor_pch)

function(faceptor_precompiled target)
  if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    target_precompile_headers(${target} REUSE_FROM faceptor_pch)
  endif()
  target_compile_options(${target} PRIVATE -fPIC)
endfunction()

faceptor_room_units(units ${FACEPTOR_ROOMS_FACEPTOR})
add_library(faceptor ${units})
faceptor_component(faceptor faceptor)
target_link_libraries(faceptor PUBLIC faceptor_vision torch)
faceptor_precompiled(faceptor)
# The detector's weights are a part of the library.
set(faceptor_mtcnn ${PROJECT_SOURCE_DIR}/assets/models/mtcnn.safetensors)
set_source_files_properties(${PROJECT_BINARY_DIR}/rooms/detectors.cpp PROPERTIES
  COMPILE_DEFINITIONS FACEPTOR_MTCNN_WEIGHTS="${faceptor_mtcnn}" OBJECT_DEPENDS ${faceptor_mtcnn})

add_library(faceptor_header_only INTERFACE)
add_library(faceptor::header_only ALIAS faceptor_header_only)
set_target_properties(faceptor_header_only PROPERTIES EXPORT_NAME header_only)
target_compile_definitions(faceptor_header_only INTERFACE FACEPTOR_HEADER_ONLY
  "$<BUILD_INTERFACE:FACEPTOR_MTCNN_WEIGHTS=\"${faceptor_mtcnn}\">"
  "$<INSTALL_INTERFACE:FACEPTOR_MTCNN_WEIGHTS=\"$<INSTALL_PREFIX>/${CMAKE_INSTALL_DATADIR}/faceptor/models/mtcnn.safetensors\">")
faceptor_usage(faceptor_header_only INTERFACE)
target_link_libraries(faceptor_header_only INTERFACE torch)
faceptor_body_dependencies(faceptor_header_only INTERFACE)

add_library(faceptor_datasets)
faceptor_component(faceptor_datasets datasets)
faceptor_room_sources(faceptor_datasets ${FACEPTOR_ROOMS_DATASETS})
target_link_libraries(faceptor_datasets PUBLIC faceptor_vision PRIVATE ZLIB::ZLIB)

if(FACEPTOR_WITH_FFMPEG)
  add_library(faceptor_ffmpeg)
  faceptor_component(faceptor_ffmpeg ffmpeg)
  faceptor_room_sources(faceptor_ffmpeg ${FACEPTOR_ROOMS_FFMPEG})
  target_link_libraries(faceptor_ffmpeg PUBLIC faceptor_vision PRIVATE PkgConfig::ffmpeg)
endif()

add_library(faceptor_training)
faceptor_component(faceptor_training training)
faceptor_room_sources(faceptor_training ${FACEPTOR_ROOMS_TRAINING})
target_link_libraries(faceptor_training PUBLIC faceptor faceptor_datasets)
faceptor_precompiled(faceptor_training)
if(FACEPTOR_WITH_DISTRIBUTED)
  target_compile_definitions(faceptor_training PRIVATE FACEPTOR_WITH_DISTRIBUTED)
  target_include_directories(faceptor_training SYSTEM PRIVATE ${FACEPTOR_GLOO_INCLUDE_DIR})
  if(FACEPTOR_WITH_NCCL)
    target_compile_definitions(faceptor_training PRIVATE FACEPTOR_WITH_NCCL)
    target_include_directories(faceptor_training SYSTEM PRIVATE ${FACEPTOR_NCCL_INCLUDE_DIR})
  endif()
endif()

add_library(faceptor_synthetic)
faceptor_component(faceptor_synthetic synthetic)
faceptor_room_sources(faceptor_synthetic ${FACEPTOR_ROOMS_SYNTHETIC})
target_link_libraries(faceptor_synthetic PUBLIC faceptor_datasets)

add_library(faceptor_report)
faceptor_component(faceptor_report report)
faceptor_room_sources(faceptor_report ${FACEPTOR_ROOMS_REPORT})
target_link_libraries(faceptor_report PUBLIC faceptor_training)
faceptor_precompiled(faceptor_report)
