#include "client/app/kind.h"

#include <ctype.h>
#include <string.h>

#include "protocol/base/str.h"

static const struct {
    const char *ending, *kind;
} kinds[] = {
    {"jpg", "image"},  {"jpeg", "image"}, {"png", "image"},  {"gif", "image"},  {"webp", "image"},
    {"bmp", "image"},  {"tif", "image"},  {"tiff", "image"}, {"avif", "image"}, {"jxl", "image"},
    {"ogg", "audio"},  {"oga", "audio"},  {"opus", "audio"}, {"mp3", "audio"},  {"flac", "audio"},
    {"wav", "audio"},  {"m4a", "audio"},  {"aac", "audio"},  {"wma", "audio"},  {"aif", "audio"},
    {"aiff", "audio"}, {"mp4", "video"},  {"m4v", "video"},  {"mkv", "video"},  {"webm", "video"},
    {"mov", "video"},  {"avi", "video"},  {"mpg", "video"},  {"mpeg", "video"}, {"ogv", "video"},
    {"wmv", "video"},  {"3gp", "video"},
};

const char *kind_of_label(const char *label)
{
    const char *dot = strrchr(label, '.');
    char ending[8] = "";
    if (dot == NULL || !str_copy(ending, sizeof ending, dot + 1))
        return "file";
    for (char *at = ending; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].ending, ending) == 0)
            return kinds[i].kind;
    }
    return "file";
}
