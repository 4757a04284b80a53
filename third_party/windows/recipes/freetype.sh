source=freetype
needs="zlib libpng"
build()
{
    # libpng: emoji are pictures inside their font
    cmake_build -DFT_DISABLE_HARFBUZZ=ON -DFT_DISABLE_BROTLI=ON -DFT_DISABLE_BZIP2=ON \
        -DFT_REQUIRE_PNG=ON -DFT_REQUIRE_ZLIB=ON
}
