source=tiff
needs="zlib libjpeg-turbo libwebp libdeflate"
build()
{
    cmake_build -Dtiff-tools=OFF -Dtiff-tests=OFF -Dtiff-contrib=OFF -Dtiff-docs=OFF -Dcxx=OFF \
        -Djbig=OFF -Dlzma=OFF -Dzstd=OFF -Dlerc=OFF -Dold-jpeg=ON \
        -Dzlib=ON -Djpeg=ON -Dwebp=ON -Dlibdeflate=ON
}
