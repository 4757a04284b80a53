source=utf8proc
needs=
build()
{
    archive utf8proc -DUTF8PROC_STATIC utf8proc.c
    headers . utf8proc.h
    pc libutf8proc -lutf8proc "" "" -DUTF8PROC_STATIC
}
