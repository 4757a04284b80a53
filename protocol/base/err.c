#include "protocol/base/err.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

static void set(struct err *err, enum err_kind kind, const char *format, va_list args)
{
    int wanted = vsnprintf(err->text, sizeof err->text, format, args);
    err->kind = kind;
    if (wanted < 0)
        err->text[0] = '\0';
    else if ((size_t)wanted >= sizeof err->text)
        err->text[utf8_cut(err->text, sizeof err->text - 1)] = '\0';
}

bool(err_set)(struct err *err, enum err_kind kind, const char *format, ...)
{
    va_list args;
    if (!err)
        return false;
    va_start(args, format);
    set(err, kind, format, args);
    va_end(args);
    return false;
}

static enum err_kind kind_of(int code)
{
    switch (code) {
    case ENOSPC:
#ifdef EDQUOT
    case EDQUOT:
#endif
        return ERR_FULL;
    case ENOENT:
        return ERR_NOT_FOUND;
    case EEXIST:
        return ERR_EXISTS;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERR_DENIED;
    default:
        return ERR_SYSTEM;
    }
}

bool(err_set_errno)(struct err *err, int code, const char *format, ...)
{
    va_list args;
    size_t used;
    if (!err)
        return false;
    va_start(args, format);
    set(err, kind_of(code), format, args);
    va_end(args);
    used = strlen(err->text);
    str_format(err->text + used, sizeof err->text - used, ": %s", strerror(code));
    return false;
}

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}
