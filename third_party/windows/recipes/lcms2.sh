source=lcms2
needs=
build()
{
    archive lcms2 -Iinclude src/*.c
    headers . include/lcms2.h include/lcms2_plugin.h
    pc lcms2 -llcms2
}
