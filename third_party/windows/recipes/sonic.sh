source=sonic
needs=
bare=yes
build()
{
    archive sonic "" sonic.c
    headers . sonic.h
}
