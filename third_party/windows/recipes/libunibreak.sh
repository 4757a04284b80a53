source=libunibreak
needs=
bare=yes
build()
{
    archive unibreak "" src/*.c
    headers . src/*.h
    pc libunibreak -lunibreak
}
