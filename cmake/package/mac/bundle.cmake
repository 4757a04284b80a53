# Confab.app: programs in MacOS/, what they show in Resources/, libraries in Frameworks/; cpack makes the .dmg.
set(CONFAB_FONTS "" CACHE PATH "Fonts to put into the bundle: made by cmake/package/fonts.sh on Debian")
set(mac ${PROJECT_SOURCE_DIR}/cmake/package/mac)
set(contents Confab.app/Contents)
set(CONFAB_MAC_LEAST 11.0)
if(NOT CMAKE_CROSSCOMPILING) # the libraries are Homebrew's, which makes them for the system that it runs on
    execute_process(COMMAND sw_vers -productVersion OUTPUT_VARIABLE CONFAB_MAC_LEAST OUTPUT_STRIP_TRAILING_WHITESPACE)
    string(REGEX REPLACE "^([0-9]+).*" "\\1.0" CONFAB_MAC_LEAST "${CONFAB_MAC_LEAST}")
endif()
configure_file(${mac}/Info.plist.in package/Info.plist @ONLY)
add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/package/Confab.icns
    COMMAND sh ${mac}/icon.sh ${PROJECT_SOURCE_DIR}/assets/icon.svg ${PROJECT_BINARY_DIR}/package/Confab.icns
    DEPENDS ${PROJECT_SOURCE_DIR}/assets/icon.svg ${mac}/icon.sh COMMENT "" VERBATIM)
add_custom_target(confab_icon ALL DEPENDS ${PROJECT_BINARY_DIR}/package/Confab.icns)
install(FILES ${PROJECT_BINARY_DIR}/package/Info.plist DESTINATION ${contents})
install(FILES ${PROJECT_BINARY_DIR}/package/Confab.icns LICENSE CHANGELOG.md DESTINATION ${contents}/Resources)
file(GLOB languages CONFIGURE_DEPENDS ${mac}/*.lproj)
install(DIRECTORY ${languages} DESTINATION ${contents}/Resources)
if(NOT CMAKE_CROSSCOMPILING) # elsewhere there are no libraries to put into it
    install(CODE "execute_process(COMMAND sh ${mac}/bundle.sh
        \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/Confab.app ${MIXER_LIBRARY} ${mac}/confab.entitlements ${CONFAB_FONTS}
        COMMAND_ERROR_IS_FATAL ANY)")
endif()
set(CPACK_GENERATOR DragNDrop) # a volume with the program and a link to /Applications
set(CPACK_PACKAGE_VENDOR "The Confab authors")
set(CPACK_DMG_VOLUME_NAME Confab)
set(CPACK_PACKAGE_FILE_NAME confab-${PROJECT_VERSION}-macos-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGE_INSTALL_DIRECTORY Confab)
include(CPack)
