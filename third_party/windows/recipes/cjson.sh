source=cjson
needs=
build()
{
    archive cjson -DCJSON_HIDE_SYMBOLS cJSON.c
    headers cjson cJSON.h
    pc libcjson -lcjson "" "" "-I\${prefix}/include/cjson"
}
