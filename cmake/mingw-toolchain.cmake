# Windows from Linux: gcc-mingw-w64. The -win32 compiler needs no winpthread DLL.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(triple x86_64-w64-mingw32)
find_program(CONFAB_MINGW_CC NAMES ${triple}-gcc-win32 ${triple}-gcc REQUIRED)
find_program(CONFAB_MINGW_CXX NAMES ${triple}-g++-win32 ${triple}-g++) # for libraries of others
set(CMAKE_C_COMPILER ${CONFAB_MINGW_CC})
set(CMAKE_CXX_COMPILER ${CONFAB_MINGW_CXX})
set(CMAKE_RC_COMPILER ${triple}-windres)

# The libraries, built by third_party/windows/libraries.sh: static ones bring what they need themselves.
set(CONFAB_WINDOWS_PREFIX "$ENV{CONFAB_WINDOWS_PREFIX}" CACHE PATH "Libraries for Windows")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CONFAB_WINDOWS_PREFIX)
if(CONFAB_WINDOWS_PREFIX)
    set(ENV{PKG_CONFIG_LIBDIR} ${CONFAB_WINDOWS_PREFIX}/lib/pkgconfig)
    set(ENV{PKG_CONFIG_PATH} "")
    set(PKG_CONFIG_ARGN --static CACHE STRING "Options of pkg-config")
endif()
set(CMAKE_FIND_ROOT_PATH ${CONFAB_WINDOWS_PREFIX} /usr/${triple})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static-libgcc")
