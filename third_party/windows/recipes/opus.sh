source=opus
needs=
build()
{
    flags="$flags -D_FORTIFY_SOURCE=0" # else it asks for 2, which needs a library more
    configure_build --disable-doc --disable-extra-programs --disable-stack-protector
}
