# `cmake --install`: the public headers, one archive per folder of src/, a CMake package (`find_package(partyline)`, targets
# partyline::server and so on) and a pkg-config file that names them all in link order. Included last, when all targets stand.
include(CMakePackageConfigHelpers)

set(floors client server net adapter socketio engineio websocket http value base) # whoever needs stands before what is needed
set(installed "")
set(archives "")
foreach(folder IN LISTS floors)
    if(TARGET partyline_${folder})
        list(APPEND installed partyline_${folder})
        string(APPEND archives " -lpartyline_${folder}")
    endif()
endforeach()
install(TARGETS ${installed} EXPORT partyline ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/partyline DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/partyline)
install(EXPORT partyline NAMESPACE partyline:: FILE partylineTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/partylineConfig.cmake.in partylineConfig.cmake INSTALL_DESTINATION ${package_folder})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(partylineConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/partylineConfig.cmake ${PROJECT_BINARY_DIR}/partylineConfigVersion.cmake DESTINATION ${package_folder})

# Relative to the file itself, so that the installed tree may be moved.
file(RELATIVE_PATH pc_up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" pc_up ${pc_up})
configure_file(${CMAKE_CURRENT_LIST_DIR}/partyline.pc.in partyline.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/partyline.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
