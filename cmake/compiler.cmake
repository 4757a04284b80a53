# Language, warnings and hardening, for all of our code. Headers of others are system headers.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
endif()
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

if(WIN32)
    set(CONFAB_OS win32)
    set(CONFAB_DESKTOP win32)
elseif(APPLE)
    set(CONFAB_OS posix)
    set(CONFAB_DESKTOP mac)
else()
    set(CONFAB_OS posix)
    set(CONFAB_DESKTOP linux)
endif()

set(CONFAB_GENERATED_DIR ${PROJECT_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${CONFAB_GENERATED_DIR})
include_directories(${PROJECT_SOURCE_DIR} ${CONFAB_GENERATED_DIR})

add_compile_definitions(_FILE_OFFSET_BITS=64)
if(WIN32)
    # msvcrt's printf knows no %zu; Windows 8.1 is the oldest we know of; no macro named min or max
    add_compile_definitions(__USE_MINGW_ANSI_STDIO=1 _WIN32_WINNT=0x0603 WIN32_LEAN_AND_MEAN
        NOMINMAX UNICODE _UNICODE)
    add_link_options(-Wl,--no-insert-timestamp) # the same program from the same sources
    if(MINGW) # what the hardening below calls: inside the program, no DLL
        string(APPEND CMAKE_C_STANDARD_LIBRARIES " -l:libssp.a")
    endif()
elseif(APPLE)
    add_compile_definitions(_DARWIN_C_SOURCE)
else()
    add_compile_definitions(_GNU_SOURCE)
endif()

add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla
    -fstack-protector-strong -fno-strict-aliasing)
if(CONFAB_WERROR)
    add_compile_options(-Werror)
endif()

if(CONFAB_SANITIZE STREQUAL "address")
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
elseif(CONFAB_SANITIZE STREQUAL "thread")
    add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
    add_link_options(-fsanitize=thread)
elseif(CONFAB_SANITIZE)
    message(FATAL_ERROR "CONFAB_SANITIZE is \"${CONFAB_SANITIZE}\"; it may be address or thread")
endif()
if(CONFAB_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "CONFAB_FUZZ needs clang: configure with -DCMAKE_C_COMPILER=clang")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link,address,undefined
        -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
endif()

# Fortify needs an optimiser, and gets in the way of the sanitizers' own checks.
if(NOT CONFAB_SANITIZE AND NOT CONFAB_FUZZ)
    add_compile_options($<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE>
        $<$<CONFIG:Release,RelWithDebInfo>:-D_FORTIFY_SOURCE=2>)
endif()
if(NOT WIN32)
    include(CheckPIESupported)
    check_pie_supported(LANGUAGES C)
    if(NOT APPLE)
        add_link_options(-Wl,-z,relro,-z,now)
    endif()
endif()
