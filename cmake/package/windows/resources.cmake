# confab_windows_resources(TARGET TITLE): icon, version and manifest of a program. TITLE is what Windows calls it.
enable_language(RC)
set(here ${CMAKE_CURRENT_LIST_DIR})
configure_file(${here}/confab.manifest.in ${CONFAB_GENERATED_DIR}/confab.manifest @ONLY)

find_program(CONFAB_RSVG rsvg-convert)
find_program(CONFAB_ICOTOOL icotool)
set(CONFAB_ICON "")
if(CONFAB_RSVG AND CONFAB_ICOTOOL)
    set(CONFAB_ICON ${CONFAB_GENERATED_DIR}/confab.ico)
    add_custom_command(OUTPUT ${CONFAB_ICON}
        COMMAND sh ${here}/icon.sh ${PROJECT_SOURCE_DIR}/assets/icon.svg ${CONFAB_ICON}
        DEPENDS ${here}/icon.sh ${PROJECT_SOURCE_DIR}/assets/icon.svg COMMENT "" VERBATIM)
    add_custom_target(confab_icon DEPENDS ${CONFAB_ICON}) # one maker for all of the programs
else()
    message(WARNING "The programs get no icon: rsvg-convert (librsvg) and icotool (icoutils) make it, and one of them is not there.")
endif()
set(CONFAB_PROGRAM_RC ${here}/program.rc)

function(confab_windows_resources target title)
    # A resource has no target of its own whose definitions it could follow, so each program gets a file.
    set(rc ${CONFAB_GENERATED_DIR}/${target}.rc)
    string(REPLACE "." "," numbers ${PROJECT_VERSION})
    set(icon "")
    if(CONFAB_ICON)
        set(icon "#define ICON_FILE \"${CONFAB_ICON}\"\n")
    endif()
    file(CONFIGURE OUTPUT ${rc} NEWLINE_STYLE UNIX CONTENT
"${icon}#define MANIFEST_FILE \"${CONFAB_GENERATED_DIR}/confab.manifest\"
#define PROGRAM_NAME \"${target}\"
#define PROGRAM_TITLE \"${title}\"
#define PROGRAM_NUMBERS ${numbers},0
#include \"cmake/package/windows/program.rc\"
")
    set_source_files_properties(${rc} PROPERTIES OBJECT_DEPENDS
        "${CONFAB_PROGRAM_RC};${CONFAB_GENERATED_DIR}/version.h;${CONFAB_GENERATED_DIR}/confab.manifest;${CONFAB_ICON}")
    target_sources(${target} PRIVATE ${rc})
    target_link_options(${target} PRIVATE -Wl,-Map,$<TARGET_FILE:${target}>.map) # notices.py reads what was linked
    if(CONFAB_ICON)
        add_dependencies(${target} confab_icon)
    endif()
endfunction()
