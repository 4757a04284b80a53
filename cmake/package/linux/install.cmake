# What Linux wants beside the programs: a desktop file, icons, the facts for software centres, man pages,
# completions, the unit of the server. COMPONENTs are packages: deb.cmake.
file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/man/*.[18])
foreach(page ${pages})
    get_filename_component(name ${page} NAME)
    string(REGEX MATCH "[18]$" section ${name})
    string(REGEX REPLACE "\\.[18]$" "" program ${name})
    if(TARGET ${program})
        if(program STREQUAL "confab-media")
            set(program confab)
        endif()
        install(FILES ${page} DESTINATION share/man/man${section} COMPONENT ${program})
    endif()
endforeach()

# Debian's zsh looks for those of packages in a folder of their own, and so does fish.
set(zsh share/zsh/site-functions)
if(EXISTS /etc/debian_version)
    set(zsh share/zsh/vendor-completions)
endif()
foreach(program confab confab-cli confab-server)
    if(TARGET ${program})
        set(from ${CMAKE_CURRENT_LIST_DIR}/completions)
        install(FILES ${from}/bash/${program} DESTINATION share/bash-completion/completions
            COMPONENT ${program})
        install(FILES ${from}/zsh/_${program} DESTINATION ${zsh} COMPONENT ${program})
        install(FILES ${from}/fish/${program}.fish DESTINATION share/fish/vendor_completions.d
            COMPONENT ${program})
    endif()
endforeach()

configure_file(cmake/service/confab-server.service.in confab-server.service @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/confab-server.service DESTINATION lib/systemd/system
    COMPONENT confab-server)
install(FILES cmake/service/server.conf DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/confab
    COMPONENT confab-server)

if(NOT CONFAB_WINDOW)
    return()
endif()

install(FILES ${CMAKE_CURRENT_LIST_DIR}/org.confab.Confab.desktop DESTINATION share/applications
    COMPONENT confab)
install(FILES assets/icon.svg RENAME org.confab.Confab.svg
    DESTINATION share/icons/hicolor/scalable/apps COMPONENT confab)
# Panels and menus that draw no SVG take the nearest size.
find_program(RSVG_CONVERT rsvg-convert)
if(RSVG_CONVERT)
    set(icons)
    foreach(size 16 22 24 32 48 64 128 256 512)
        set(icon ${CONFAB_GENERATED_DIR}/icons/${size}.png)
        add_custom_command(OUTPUT ${icon}
            COMMAND ${CMAKE_COMMAND} -E make_directory ${CONFAB_GENERATED_DIR}/icons
            COMMAND ${RSVG_CONVERT} -w ${size} -h ${size} -o ${icon} ${PROJECT_SOURCE_DIR}/assets/icon.svg
            DEPENDS assets/icon.svg COMMENT "" VERBATIM)
        list(APPEND icons ${icon})
        install(FILES ${icon} RENAME org.confab.Confab.png
            DESTINATION share/icons/hicolor/${size}x${size}/apps COMPONENT confab)
    endforeach()
    add_custom_target(confab_icons ALL DEPENDS ${icons})
else()
    install(FILES assets/icon.png RENAME org.confab.Confab.png
        DESTINATION share/icons/hicolor/256x256/apps COMPONENT confab)
endif()

# Releases are the headings of CHANGELOG.md: "## 1.2.3 (2026-01-31)", "## 1.2.3 (not released yet)".
# The latter's date is that of the package.
set(CONFAB_RELEASES "")
file(STRINGS CHANGELOG.md headings REGEX "^## [0-9]")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
foreach(heading ${headings})
    string(REGEX MATCH "^## ([0-9.]+)" found "${heading}")
    set(version ${CMAKE_MATCH_1})
    if(heading MATCHES "([0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9])")
        string(APPEND CONFAB_RELEASES "    <release version=\"${version}\" date=\"${CMAKE_MATCH_1}\"/>\n")
    else()
        string(TIMESTAMP today "%Y-%m-%d" UTC) # SOURCE_DATE_EPOCH, if that is set
        string(APPEND CONFAB_RELEASES
            "    <release version=\"${version}\" date=\"${today}\" type=\"development\"/>\n")
    endif()
endforeach()

# Software centres load screenshots from the web and from nowhere else.
set(CONFAB_SCREENSHOTS_URL "" CACHE STRING
    "Where the pictures of assets/screenshots can be had on the web (https://...), if anywhere")
set(CONFAB_SCREENSHOTS "")
if(CONFAB_SCREENSHOTS_URL)
    set(type " type=\"default\"")
    foreach(pair "chat-dark=A room with photos, a song and a film" "chat-light=The same, in light"
            "connect-dark=The first screen: chats on this network are found by themselves")
        string(REGEX MATCH "^([^=]+)=(.*)$" pair "${pair}")
        string(APPEND CONFAB_SCREENSHOTS "    <screenshot${type}>\n"
            "      <caption>${CMAKE_MATCH_2}</caption>\n"
            "      <image>${CONFAB_SCREENSHOTS_URL}/${CMAKE_MATCH_1}.png</image>\n    </screenshot>\n")
        set(type "")
    endforeach()
    set(CONFAB_SCREENSHOTS "  <screenshots>\n${CONFAB_SCREENSHOTS}  </screenshots>\n")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/org.confab.Confab.metainfo.xml.in
    ${CONFAB_GENERATED_DIR}/org.confab.Confab.metainfo.xml @ONLY)
install(FILES ${CONFAB_GENERATED_DIR}/org.confab.Confab.metainfo.xml DESTINATION share/metainfo
    COMPONENT confab)
