source=cmocka
needs=
bare=yes
build()
{
    cmake_configure -DUNIT_TESTING=OFF -DWITH_EXAMPLES=OFF # its config.h
    archive cmocka "-Iinclude -I$work/build -DHAVE_CONFIG_H" src/cmocka.c
    headers . include/cmocka*.h
    pc cmocka -lcmocka
}
