# macOS from Linux: Zig as the compiler, LLVM's tools, a prefix of libraries (third_party/mac/prefix.sh).
# CONFAB_MAC_ARCH: arm64 or x86_64. On a Mac none of this is needed: cmake --preset release.
set(CMAKE_SYSTEM_NAME Darwin)
foreach(name CONFAB_MAC_ARCH CONFAB_MAC_PREFIX)
    list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ${name})
    if(NOT ${name})
        message(FATAL_ERROR "${name} is not set: sh cmake/mac.sh says how")
    endif()
endforeach()
set(CMAKE_SYSTEM_PROCESSOR ${CONFAB_MAC_ARCH})
string(REPLACE "arm64" "aarch64" arch ${CONFAB_MAC_ARCH})
set(CMAKE_C_COMPILER ${CONFAB_MAC_PREFIX}/bin/zig cc -target ${arch}-macos.11.0)
find_program(CMAKE_AR NAMES llvm-ar REQUIRED)
find_program(CMAKE_RANLIB NAMES llvm-ranlib REQUIRED)
find_program(CMAKE_INSTALL_NAME_TOOL NAMES llvm-install-name-tool llvm-install-name-tool-14 llvm-install-name-tool-19 REQUIRED)
find_program(CMAKE_STRIP NAMES llvm-strip REQUIRED)
set(CMAKE_FIND_ROOT_PATH ${CONFAB_MAC_PREFIX})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} ${CONFAB_MAC_PREFIX}/lib/pkgconfig)
# Objective-C is checked against GNUstep's headers and a few lines of our own for what they lack
set(CONFAB_OBJC_FLAGS -isystem${CMAKE_CURRENT_LIST_DIR}/package/mac/shim -isystem${CONFAB_MAC_PREFIX}/objc
    -DGNUSTEP -DGNUSTEP_BASE_LIBRARY=1 -DGNU_GUI_LIBRARY=1 -DGNU_RUNTIME=1 -D__GNU_LIBOBJC__=20110608
    -DOBJC2RUNTIME=1 -DOS_OBJECT_USE_OBJC=0)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-L${CONFAB_MAC_PREFIX}/lib -F${CONFAB_MAC_PREFIX}/Frameworks")
