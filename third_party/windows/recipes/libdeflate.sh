source=libdeflate
needs=
bare=yes
build()
{
    archive deflate -I. lib/*.c lib/x86/*.c
    headers . libdeflate.h
    pc libdeflate -ldeflate
}
