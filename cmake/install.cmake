# bin/ for the programs, share/confab/ for what they load.
get_property(programs GLOBAL PROPERTY CONFAB_PROGRAMS)
if(programs)
    install(TARGETS ${programs} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY assets/ DESTINATION ${CMAKE_INSTALL_DATADIR}/confab OPTIONAL
    PATTERN "screenshots" EXCLUDE PATTERN "lang" EXCLUDE PATTERN "*.desktop" EXCLUDE PATTERN "*.md" EXCLUDE)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(CONFAB_DESKTOP STREQUAL "linux" AND CONFAB_WINDOW)
    file(GLOB desktop CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/assets/*.desktop)
    install(FILES ${desktop} DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
    install(FILES assets/icon.svg RENAME confab.svg
        DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
    install(FILES assets/icon.png RENAME confab.png
        DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/256x256/apps)
endif()
if(CONFAB_DESKTOP STREQUAL "linux")
    configure_file(cmake/service/confab-server.service.in confab-server.service @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/confab-server.service DESTINATION lib/systemd/system)
    install(FILES cmake/service/server.conf DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/confab)
endif()
