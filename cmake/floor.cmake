# partyline_floor(FOLDER SOURCES ... [ON floor ...] [PRIVATE lib ...])
#
# One folder of src/ is one static library, `partyline_FOLDER`. ON names the lower floors it may include and link;
# a floor that is not named cannot be linked, so an arrow that runs upwards fails the build of its unit test.
function(partyline_floor folder)
    cmake_parse_arguments(arg "" "" "SOURCES;ON;PRIVATE" ${ARGN})
    add_library(partyline_${folder} STATIC ${arg_SOURCES})
    add_library(partyline::${folder} ALIAS partyline_${folder})
    set_target_properties(partyline_${folder} PROPERTIES EXPORT_NAME ${folder})
    target_compile_features(partyline_${folder} PUBLIC cxx_std_20)
    target_include_directories(partyline_${folder}
        PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
        PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>)
    foreach(floor IN LISTS arg_ON)
        target_link_libraries(partyline_${folder} PUBLIC partyline_${floor})
    endforeach()
    # Boost is headers alone, compiled into the archives: who links them needs no Boost.
    list(TRANSFORM arg_PRIVATE REPLACE "^(Boost::headers)$" "$<BUILD_INTERFACE:\\1>")
    target_link_libraries(partyline_${folder} PRIVATE ${arg_PRIVATE})
endfunction()
