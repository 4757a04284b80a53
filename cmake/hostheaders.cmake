# CONFAB_COMPILE_ONLY: another system's compiler, this system's headers. Copies of what is the same
# everywhere, so that nothing else of /usr/include is seen; no library is linked.
set(host ${PROJECT_BINARY_DIR}/hostheaders)

# headers(NAME...): files or folders of the system's include folders, all into one folder. Debian keeps
# those that a processor could make different (openssl/configuration.h) in a second one.
function(headers)
    foreach(name ${ARGN})
        file(GLOB found /usr/include/${name} /usr/include/*-linux-gnu/${name} /usr/local/include/${name})
        if(NOT found)
            message(FATAL_ERROR "${name} is not in /usr/include: sh third_party/install-debian.sh build")
        endif()
        file(COPY ${found} DESTINATION ${host})
    endforeach()
endfunction()

# host_dep(NAME... [IN FOLDER...]): dep_NAME has these headers
function(host_dep)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "IN")
    foreach(name ${arg_UNPARSED_ARGUMENTS})
        add_library(dep_${name} INTERFACE)
        target_include_directories(dep_${name} SYSTEM INTERFACE ${host})
        foreach(folder ${arg_IN})
            target_include_directories(dep_${name} SYSTEM INTERFACE ${host}/${folder})
        endforeach()
    endforeach()
endfunction()

headers(cjson openssl utf8proc.h libdeflate.h)
host_dep(crypto tls utf8proc deflate cjson edit)
if(CONFAB_WINDOW)
    headers(jpeglib.h jmorecfg.h jerror.h jconfig.h libpng16 webp lcms2.h
        tiff.h tiffio.h tiffconf.h tiffvers.h libheif sonic.h
        libavformat libavcodec libavutil libswscale libswresample)
    host_dep(picture IN libpng16)
    host_dep(tiff heif ffmpeg tempo)
    target_compile_definitions(dep_heif INTERFACE CONFAB_HEIF)

    headers(fribidi harfbuzz linebreak.h linebreakdef.h)
    # Debian's SDL_config.h is <SDL2/_real_SDL_config.h>, which says what this system has. What a
    # program sees of it on Windows is this.
    file(COPY /usr/include/SDL2 DESTINATION ${host})
    file(WRITE ${host}/SDL2/_real_SDL_config.h "#define HAVE_STDINT_H 1\n#define HAVE_STDARG_H 1\n"
        "#define HAVE_STDDEF_H 1\n#define SDL_VIDEO_DRIVER_WINDOWS 1\n")
    host_dep(sdl ttf image mixer drawing IN SDL2)
    target_compile_definitions(dep_drawing INTERFACE CONFAB_SVG_IMAGE)
    host_dep(fribidi IN fribidi)
    host_dep(harfbuzz IN harfbuzz)
    host_dep(unibreak desktop)
endif()
