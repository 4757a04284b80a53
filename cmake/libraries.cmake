# The libraries of others: dep_NAME is a target for each. What to install is in third_party/.
# A folder without a use for a library does not link it, so each library keeps its one home.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

add_library(dep_system INTERFACE)
target_link_libraries(dep_system INTERFACE Threads::Threads)
if(WIN32)
    target_link_libraries(dep_system INTERFACE ws2_32 iphlpapi bcrypt secur32 shell32 ole32)
elseif(NOT APPLE)
    target_link_libraries(dep_system INTERFACE ${CMAKE_DL_LIBS} m)
endif()

if(CONFAB_COMPILE_ONLY)
    include(hostheaders)
    return()
endif()

find_package(PkgConfig REQUIRED)
# dep(NAME MODULE...): what pkg-config knows, as a target
function(dep name)
    pkg_check_modules(PC_${name} REQUIRED IMPORTED_TARGET ${ARGN})
    add_library(dep_${name} INTERFACE)
    target_link_libraries(dep_${name} INTERFACE PkgConfig::PC_${name})
endfunction()

dep(cjson libcjson)
dep(crypto libcrypto)
dep(tls libssl)
dep(utf8proc libutf8proc)
dep(deflate libdeflate)
if(APPLE) # it belongs to the system there, without a pkg-config file
    add_library(dep_edit INTERFACE)
    target_link_libraries(dep_edit INTERFACE edit)
elseif(WIN32)
    add_library(dep_edit INTERFACE) # the console edits its own lines
else()
    dep(edit libedit)
endif()

if(CONFAB_WINDOW OR CONFAB_FUZZ) # confab-media
    dep(picture libjpeg libpng libwebp libwebpdemux lcms2)
    dep(tiff libtiff-4)
    add_library(dep_heif INTERFACE) # HEIC and AVIF with parts: only where it is there
    pkg_check_modules(PC_heif IMPORTED_TARGET libheif)
    if(PC_heif_FOUND)
        target_link_libraries(dep_heif INTERFACE PkgConfig::PC_heif)
        target_compile_definitions(dep_heif INTERFACE CONFAB_HEIF)
    endif()
    dep(ffmpeg libavformat libavcodec libavutil libswscale libswresample)
    # Sound faster and slower: libsonic (it has no pkg-config file), or a library of FFmpeg that is slower to load.
    find_path(SONIC_INCLUDE sonic.h)
    find_library(SONIC_LIBRARY sonic)
    if(SONIC_INCLUDE AND SONIC_LIBRARY)
        add_library(dep_tempo INTERFACE)
        target_include_directories(dep_tempo SYSTEM INTERFACE ${SONIC_INCLUDE})
        target_link_libraries(dep_tempo INTERFACE ${SONIC_LIBRARY})
    else()
        dep(tempo libavfilter)
    endif()
endif()
if(CONFAB_WINDOW)
    dep(sdl sdl2)
    dep(ttf SDL2_ttf)
    dep(image SDL2_image)
    # loaded when something is to be heard for the first time: headers, and where it lies here
    pkg_check_modules(MIXER REQUIRED SDL2_mixer)
    find_library(MIXER_LIBRARY NAMES SDL2_mixer SDL2_mixer-2.0 HINTS ${MIXER_LIBRARY_DIRS} REQUIRED)
    add_library(dep_mixer INTERFACE)
    target_include_directories(dep_mixer SYSTEM INTERFACE ${MIXER_INCLUDE_DIRS})
    if(NOT WIN32) # beside the program there
        target_compile_definitions(dep_mixer INTERFACE CONFAB_MIXER_PATH="${MIXER_LIBRARY}")
    endif()
    dep(fribidi fribidi)
    dep(harfbuzz harfbuzz) # the script of a character; SDL2_ttf shapes with it
    # libunibreak got its pkg-config file late and some packages leave it out
    find_path(UNIBREAK_INCLUDE linebreak.h REQUIRED)
    find_library(UNIBREAK_LIBRARY unibreak REQUIRED)
    add_library(dep_unibreak INTERFACE)
    target_include_directories(dep_unibreak SYSTEM INTERFACE ${UNIBREAK_INCLUDE})
    target_link_libraries(dep_unibreak INTERFACE ${UNIBREAK_LIBRARY})
    if(CONFAB_DESKTOP STREQUAL "linux")
        dep(desktop fontconfig x11)
        # its functions are found when they are first needed: headers, and no library to be there at the start
        pkg_check_modules(DBUS REQUIRED dbus-1)
        target_include_directories(dep_desktop SYSTEM INTERFACE ${DBUS_INCLUDE_DIRS})
    else()
        add_library(dep_desktop INTERFACE)
        if(WIN32)
            target_link_libraries(dep_desktop INTERFACE comdlg32 advapi32)
        else()
            target_link_libraries(dep_desktop INTERFACE "-framework Foundation"
                "-framework AppKit" "-framework UserNotifications")
        endif()
    endif()
endif()
if(WIN32 AND CONFAB_WINDOWS_PREFIX) # beside the programs, where Windows looks first
    file(GLOB CONFAB_DLLS ${CONFAB_WINDOWS_PREFIX}/bin/*.dll)
    file(COPY ${CONFAB_DLLS} DESTINATION ${PROJECT_BINARY_DIR})
    if(CONFAB_TESTS)
        file(COPY ${CONFAB_DLLS} DESTINATION ${PROJECT_BINARY_DIR}/tests)
    endif()
endif()
