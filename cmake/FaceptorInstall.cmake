# Headers, library, and the package config that find_package(faceptor) reads.
include(CMakePackageConfigHelpers)
set(faceptor_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/faceptor)

# An export set a component: what a user doesn't ask for is neither found nor linked. Each can also be installed alone:
# `cmake --install BUILD --component faceptor_vision`, with `faceptor_headers` for the headers and the package's own files.
foreach(component IN LISTS FACEPTOR_COMPONENTS)
  set(target faceptor_${component})
  if(component STREQUAL "faceptor")
    set(target faceptor)
  endif()
  if(TARGET ${target})
    install(TARGETS ${target} EXPORT faceptor_${component}
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT faceptor_${component}
      LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT faceptor_${component})
    install(EXPORT faceptor_${component} NAMESPACE faceptor:: DESTINATION ${faceptor_package_dir}
      FILE faceptor_${component}Targets.cmake COMPONENT faceptor_${component})
  endif()
endforeach()
# The workshop's privates stay at home.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/faceptor DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT faceptor_headers
  FILES_MATCHING PATTERN "*.hpp"
  REGEX "/(datasets|transforms|ffmpeg|loading|train|evaluate|synthetic|report)/(inspect/)?impl$" EXCLUDE)

get_target_property(faceptor_type faceptor TYPE)
string(COMPARE EQUAL ${faceptor_type} SHARED_LIBRARY FACEPTOR_SHARED)
set(FACEPTOR_FFMPEG OFF)
if(FACEPTOR_WITH_FFMPEG)
  set(FACEPTOR_FFMPEG ON)
endif()
configure_package_config_file(cmake/faceptorConfig.cmake.in ${PROJECT_BINARY_DIR}/faceptorConfig.cmake
  INSTALL_DESTINATION ${faceptor_package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may break its users.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/faceptorConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/faceptorConfig.cmake ${PROJECT_BINARY_DIR}/faceptorConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FaceptorTorch.cmake DESTINATION ${faceptor_package_dir} COMPONENT faceptor_headers)

# Demonstration weights and photos, with their licences.
foreach(kind models photos)
  if(EXISTS ${PROJECT_SOURCE_DIR}/assets/${kind})
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/assets/${kind} DESTINATION ${CMAKE_INSTALL_DATADIR}/faceptor)
  endif()
endforeach()
# What compiles the headers' bodies puts it into its program.
install(FILES ${PROJECT_SOURCE_DIR}/assets/models/mtcnn.safetensors DESTINATION ${CMAKE_INSTALL_DATADIR}/faceptor/models
  COMPONENT faceptor_headers)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/faceptor COMPONENT faceptor_headers)
