# The catalogues of assets/lang as one C file: -DFOLDER=<assets/lang> -DOUT=<file>. See client/ui/lang_po.h.
cmake_minimum_required(VERSION 3.22)
file(GLOB catalogues ${FOLDER}/*.po)
list(SORT catalogues)
set(arrays "")
set(rows "")
foreach(path ${catalogues})
    get_filename_component(code ${path} NAME_WE)
    file(READ ${path} hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
    string(REGEX REPLACE "(................................................................................)"
        "\\1\n" bytes "${bytes}")
    string(APPEND arrays "static const unsigned char po_${code}[] = {\n${bytes}};\n")
    string(APPEND rows "    {\"${code}\", po_${code}, sizeof po_${code}},\n")
endforeach()
file(CONFIGURE OUTPUT ${OUT} NEWLINE_STYLE UNIX @ONLY CONTENT
"/* Made by cmake/lang.cmake from assets/lang. */
#include \"client/ui/lang_po.h\"

@arrays@
const struct lang_file lang_files[] = {
@rows@    {0},
};
const size_t lang_file_count = sizeof lang_files / sizeof *lang_files - 1;
")
