# Write version.h: -DSOURCE=<source dir> -DVERSION=<x.y.z> -DOUT=<file>. Touches the file only on change.
cmake_minimum_required(VERSION 3.22)
set(commit "")
find_program(GIT git)
if(GIT AND EXISTS ${SOURCE}/.git)
    execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --short=10 HEAD
        OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE rc)
    if(rc)
        set(commit "")
    endif()
endif()
set(full "${VERSION}")
if(commit)
    set(full "${VERSION} (${commit})")
endif()
file(CONFIGURE OUTPUT ${OUT} NEWLINE_STYLE UNIX CONTENT
"/* version.h - made by cmake/version.cmake */
#ifndef CONFAB_VERSION_H
#define CONFAB_VERSION_H
#define CONFAB_VERSION \"${VERSION}\"
#define CONFAB_COMMIT \"${commit}\" /* empty when built from an archive */
#define CONFAB_VERSION_FULL \"${full}\"
#endif
")
