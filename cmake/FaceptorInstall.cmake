# Headers, library, and the package config that find_package(faceptor) reads.
include(CMakePackageConfigHelpers)
set(faceptor_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/faceptor)

# Export sets of their own: a user of the compiled library need not have what the bodies include, nor build the verbs.
install(TARGETS faceptor EXPORT faceptorCompiledTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS faceptor_header_only EXPORT faceptorHeaderOnlyTargets)
set(sets Compiled HeaderOnly)
if(TARGET faceptor_program)
  install(TARGETS faceptor_program EXPORT faceptorProgramTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  list(APPEND sets Program)
endif()
foreach(set IN LISTS sets)
  install(EXPORT faceptor${set}Targets NAMESPACE faceptor:: DESTINATION ${faceptor_package_dir})
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/faceptor DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")

get_target_property(faceptor_type faceptor TYPE)
string(COMPARE EQUAL ${faceptor_type} SHARED_LIBRARY FACEPTOR_SHARED)
configure_package_config_file(cmake/faceptorConfig.cmake.in ${PROJECT_BINARY_DIR}/faceptorConfig.cmake
  INSTALL_DESTINATION ${faceptor_package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may break its users.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/faceptorConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/faceptorConfig.cmake ${PROJECT_BINARY_DIR}/faceptorConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FaceptorTorch.cmake DESTINATION ${faceptor_package_dir})

# Demonstration weights and photos, with their licences.
foreach(kind models photos)
  if(EXISTS ${PROJECT_SOURCE_DIR}/assets/${kind})
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/assets/${kind} DESTINATION ${CMAKE_INSTALL_DATADIR}/faceptor)
  endif()
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/faceptor)
