source=dav1d
needs=
build()
{
    meson_build -Denable_tools=false -Denable_tests=false
}
