# How a test file becomes a test.

# Which library a line #include "FOLDER/..." asks for; the longest folder wins.
set(CONFAB_FOLDER_LIBRARIES
    "client/media/helper/av=confab_helper_av" "client/media/helper=confab_helper" "client/media=confab_media" "client/terminal=confab_terminal"
    "client/platform=confab_platform" "client/model=confab_model" "client/markup=confab_markup" "client/work=confab_work"
    "client/net=confab_clientnet" "client/app=confab_app" "client/ui=confab_ui"
    "protocol/base=confab_base" "protocol/wire=confab_wire" "protocol/net=confab_net"
    "protocol/os=confab_os" "server=confab_server" "tests/bench=confab_load"
    "tests/fakes/disk=confab_fakedisk" "tests/fakes/clock=confab_fakeclock" "tests/fakes=confab_fakes")

# Link only what the sources include: a test then builds while a folder it has no use for does not.
function(confab_link_what_is_included target visibility)
    set(libs)
    foreach(source ${ARGN})
        # an edited #include may ask for another library
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
        file(STRINGS ${source} lines REGEX "^#include \"")
        foreach(line ${lines})
            foreach(pair ${CONFAB_FOLDER_LIBRARIES})
                string(REPLACE "=" ";" pair ${pair})
                list(GET pair 0 folder)
                list(GET pair 1 lib)
                if(line MATCHES "^#include \"${folder}/")
                    if(NOT lib STREQUAL target)
                        list(APPEND libs ${lib})
                    endif()
                    break()
                endif()
            endforeach()
        endforeach()
    endforeach()
    list(REMOVE_DUPLICATES libs)
    target_link_libraries(${target} ${visibility} ${libs})
endfunction()

# The labels that a test file gives itself.
function(confab_labels_of file out)
    file(STRINGS ${file} line REGEX "ctest labels:" LIMIT_COUNT 1)
    string(REGEX MATCH "ctest labels:[ a-z]*" line "${line}")
    string(REGEX REPLACE "ctest labels: *" "" line "${line}")
    separate_arguments(line)
    set(${out} ${line} PARENT_SCOPE)
endfunction()

# What the tests use of POSIX is in tests/win32, on Windows.
function(confab_test_posix target)
    if(WIN32)
        target_include_directories(${target} BEFORE PRIVATE ${PROJECT_SOURCE_DIR}/tests/win32/include)
        target_compile_options(${target} PRIVATE -include ${PROJECT_SOURCE_DIR}/tests/win32/posix.h)
        target_link_libraries(${target} PRIVATE confab_posix)
    endif()
endfunction()

function(confab_test_program source)
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source})
    confab_test_posix(${name})
    add_dependencies(${name} confab_version)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_compile_definitions(${name} PRIVATE CONFAB_TESTS_DIR="${PROJECT_SOURCE_DIR}/tests")
    confab_link_what_is_included(${name} PRIVATE ${source})
    target_link_libraries(${name} PRIVATE dep_system)
endfunction()

set(CONFAB_TEST_ENV
    "CONFAB_BIN=${CMAKE_BINARY_DIR}" "CONFAB_SOURCE=${PROJECT_SOURCE_DIR}"
    "ASAN_OPTIONS=abort_on_error=0:detect_leaks=1:strict_string_checks=1"
    "UBSAN_OPTIONS=print_stacktrace=1"
    "TSAN_OPTIONS=halt_on_error=0:second_deadlock_stack=1:exitcode=66"
    "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0")

# GUI tests of an interpreter with GTK bindings: the system's one has them.
find_program(CONFAB_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT CONFAB_PYTHON)
    find_program(CONFAB_PYTHON python3 REQUIRED)
endif()

# confab_add_test(NAME FILE SECONDS LABELS COMMAND...): in a folder of its own, children ended with it
function(confab_add_test name file seconds labels)
    confab_labels_of(${file} more)
    add_test(NAME ${name}
        COMMAND ${CONFAB_PYTHON} ${PROJECT_SOURCE_DIR}/cmake/run-test.py --seconds ${seconds} -- ${ARGN})
    math(EXPR limit "${seconds} + 20") # run-test.py ends it first and says so
    set_tests_properties(${name} PROPERTIES LABELS "${labels};${more}" TIMEOUT ${limit}
        ENVIRONMENT "${CONFAB_TEST_ENV}" SKIP_RETURN_CODE 77)
    if("${labels};${more}" MATCHES "package|alone")
        set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
    endif()
endfunction()

function(confab_unit_test source)
    confab_test_program(${source})
    get_filename_component(name ${source} NAME_WE)
    target_link_libraries(${name} PRIVATE PkgConfig::CMOCKA)
    # threads is for what has threads: these also run under ThreadSanitizer
    set(labels unit)
    file(STRINGS ${source} threaded
        REGEX "^#include \"(client/work/|client/net/|protocol/os/thread|protocol/os/wake)")
    if(threaded)
        list(APPEND labels threads)
    endif()
    confab_add_test(${name} ${source} 120 "${labels}"
        ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${name}>)
endfunction()

# confab_script_test(FILE LABEL [SECONDS])
function(confab_script_test script label)
    set(seconds 180 ${ARGN})
    list(GET seconds -1 seconds)
    get_filename_component(name ${script} NAME)
    if(script MATCHES "/_[^/]*$" OR name MATCHES "^lib")
        return() # shared by the others: libfoo.sh, _foo.py
    endif()
    if(script MATCHES "\\.py$")
        set(command ${CONFAB_PYTHON} ${script})
    else()
        set(command sh ${script})
    endif()
    get_filename_component(stem ${script} NAME_WE)
    confab_add_test(${label}_${stem} ${script} ${seconds} ${label} ${command})
endfunction()

# cmake/checks/NAME.sh BUILD_DIR, run in the root of the tree. They use all cores: ctest runs each alone.
function(confab_whole_tree_check name)
    cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
    add_test(NAME check_${name} COMMAND ${CONFAB_PYTHON} ${PROJECT_SOURCE_DIR}/cmake/run-test.py
        --seconds 880 --in ${PROJECT_SOURCE_DIR} --
        sh ${PROJECT_SOURCE_DIR}/cmake/checks/${name}.sh ${CMAKE_BINARY_DIR})
    set_tests_properties(check_${name} PROPERTIES LABELS check TIMEOUT 900 PROCESSORS ${cores})
endfunction()
