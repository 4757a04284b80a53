# Debian packages, one a COMPONENT: cpack -G DEB, after a configure as cmake/package/linux/deb.sh does it.
set(packages confab-cli confab-server)
if(CONFAB_WINDOW)
    list(APPEND packages confab)
endif()

set(CPACK_COMPONENTS_ALL ${packages})
foreach(package ${packages})
    string(TOUPPER ${package} upper)
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${package})
endforeach()
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_NAME confab)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR "The Confab authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # the first line of each description below
set(CPACK_PACKAGE_CONTACT "The Confab authors <confab@confab.org>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT) # NAME_VERSION_ARCHITECTURE.deb
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
    GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# The window. SHLIBDEPS sees what is linked; these are loaded when they are first needed:
# SDL2_mixer (any sound), D-Bus (notifications), and what is no library at all.
set(CPACK_DEBIAN_CONFAB_DESCRIPTION "group chat with pictures, sound and film on one network
Confab is a chat for the people on one network: open it, type a name, talk.
No account, no cloud, no set-up: one computer starts the chat, the others
see it in their list.
.
Photos, songs, films and any other file go to everyone in the room and arrive
byte for byte; a broken transfer goes on where it stopped. Sounds and films
play inside the chat. Connections are encrypted, and what arrives is decoded
in a sandbox.
.
This is the window. The package confab-cli has the same for a terminal,
confab-server a server for a computer that is always on.")
set(CPACK_DEBIAN_CONFAB_PACKAGE_DEPENDS "libsdl2-mixer-2.0-0, hicolor-icon-theme")
string(CONCAT CPACK_DEBIAN_CONFAB_PACKAGE_RECOMMENDS
    "fonts-inter, fonts-jetbrains-mono, fonts-noto-core, fonts-noto-color-emoji, "
    "fonts-wqy-microhei, libdbus-1-3, libgl1, libgl1-mesa-dri, timgm6mb-soundfont | sf2-soundfont-gm, "
    "xdg-utils, yad | zenity | kdialog")
set(CPACK_DEBIAN_CONFAB_PACKAGE_SUGGESTS "confab-cli, confab-server")

set(CPACK_DEBIAN_CONFAB-CLI_DESCRIPTION "group chat on one network, for terminals and scripts
Confab is a chat for the people on one network, with rooms, files and history.
.
This is the program for a terminal and for scripts: it reads lines from a pipe,
sends and saves files, and prints JSON. It needs no desktop.")
set(CPACK_DEBIAN_CONFAB-CLI_PACKAGE_SUGGESTS "confab, confab-server")

set(CPACK_DEBIAN_CONFAB-SERVER_DESCRIPTION "server of a group chat for one network
Confab is a chat for the people on one network, with rooms, files and history.
.
This is a server for a computer that is always on, as a service of systemd
that runs as a user of its own without privileges. The window (package confab)
can also start a chat by itself.")
set(CPACK_DEBIAN_CONFAB-SERVER_PACKAGE_SUGGESTS "confab, confab-cli")

# The control files of confab-server, under the names that dpkg knows.
set(control ${CONFAB_GENERATED_DIR}/debian)
foreach(script postinst prerm postrm)
    configure_file(${CMAKE_CURRENT_LIST_DIR}/debian/confab-server.${script} ${control}/${script}
        COPYONLY)
    list(APPEND CPACK_DEBIAN_CONFAB-SERVER_PACKAGE_CONTROL_EXTRA ${control}/${script})
endforeach()
file(WRITE ${control}/conffiles "/etc/confab/server.conf\n")
list(APPEND CPACK_DEBIAN_CONFAB-SERVER_PACKAGE_CONTROL_EXTRA ${control}/conffiles)

# What Debian wants of every package: compressed man pages, a change log, the licence.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian/finish.cmake)
set(CPACK_CONFAB_SOURCE ${PROJECT_SOURCE_DIR})
include(CPack)
