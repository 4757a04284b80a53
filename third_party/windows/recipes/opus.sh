source=opus
needs=
build()
{
    configure_build --disable-doc --disable-extra-programs --disable-stack-protector
}
