# bin/ for the programs that people start, libexec/confab/ for those that they start, share/confab/ for
# what they load; on Windows all in one folder. Found again by protocol/os/places.c.
if(WIN32)
    set(CONFAB_INSTALL_PROGRAMS .)
    set(CONFAB_INSTALL_HELPERS .)
    set(CONFAB_INSTALL_ASSETS assets)
else()
    set(CONFAB_INSTALL_PROGRAMS ${CMAKE_INSTALL_BINDIR})
    set(CONFAB_INSTALL_HELPERS libexec/confab) # Debian's GNUInstallDirs would have it elsewhere
    set(CONFAB_INSTALL_ASSETS share/confab)
endif()
# COMPONENTs are packages where there are several: cmake/package/linux/deb.cmake.
get_property(programs GLOBAL PROPERTY CONFAB_PROGRAMS)
foreach(program ${programs})
    if(program MATCHES "^confab-media")
        install(TARGETS ${program} RUNTIME DESTINATION ${CONFAB_INSTALL_HELPERS} COMPONENT confab)
    else()
        install(TARGETS ${program} RUNTIME DESTINATION ${CONFAB_INSTALL_PROGRAMS}
            COMPONENT ${program})
    endif()
endforeach()
if(CONFAB_WINDOW)
    install(DIRECTORY assets/ DESTINATION ${CONFAB_INSTALL_ASSETS} COMPONENT confab
        PATTERN "screenshots" EXCLUDE PATTERN "lang" EXCLUDE PATTERN "*.md" EXCLUDE)
endif()
if(WIN32)
    # Words that are opened with a double click: ends of lines as Notepad of old wants them.
    foreach(pair LICENSE=LICENSE CHANGELOG.md=CHANGELOG cmake/package/windows/README.txt.in=README)
        string(REGEX MATCH "(.*)=(.*)" pair ${pair})
        configure_file(${CMAKE_MATCH_1} package/${CMAKE_MATCH_2}.txt @ONLY NEWLINE_STYLE DOS)
        install(FILES ${PROJECT_BINARY_DIR}/package/${CMAKE_MATCH_2}.txt DESTINATION .)
    endforeach()
else()
    install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT docs)
endif()

if(CONFAB_DESKTOP STREQUAL "linux")
    include(package/linux/install)
    include(package/linux/deb)
endif()
