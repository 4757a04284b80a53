# Run by cpack when all is in its staging folder, before that becomes packages.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
    return()
endif()

# The change log in Debian's form, of the newest heading of CHANGELOG.md.
execute_process(OUTPUT_VARIABLE changes COMMAND_ERROR_IS_FATAL ANY
    COMMAND awk "
        /^## / { if (inside++) exit; next }
        inside && /^- / { wrap(); rest = \"  * \" substr($0, 3); next }
        inside && NF { $1 = $1; rest = rest \" \" $0 }
        END { wrap() }
        function wrap(    n, i, words, line) {
            n = split(substr(rest, 5), words, \" \")
            line = \"  *\"
            for (i = 1; i <= n; i++) {
                if (length(line \" \" words[i]) > 78) { print line; line = \"   \" }
                line = line \" \" words[i]
            }
            if (n) print line
            rest = \"\"
        }" ${CPACK_CONFAB_SOURCE}/CHANGELOG.md)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH, if that is set

foreach(package ${CPACK_COMPONENTS_ALL})
    set(usr ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/${package}/usr)
    set(doc ${usr}/share/doc/${package})
    file(WRITE ${doc}/changelog "${package} (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
        "${changes}\n -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
    file(COPY ${CPACK_CONFAB_SOURCE}/cmake/package/linux/debian/copyright DESTINATION ${doc}
        FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    file(GLOB pages ${usr}/share/man/man*/*.[18])
    execute_process(COMMAND gzip -9nf ${doc}/changelog ${pages} COMMAND_ERROR_IS_FATAL ANY)
    file(GLOB programs ${usr}/bin/* ${usr}/libexec/confab/*)
    execute_process(COMMAND strip --remove-section=.comment ${programs} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
