#!/bin/sh
# The program's icon as macOS wants it: sh icon.sh IN.svg OUT.icns
# Apple's own iconutil where it is, icnsutils elsewhere.
set -eu

svg=$1
out=$2
work=$out.iconset
rm -rf "$work"
mkdir -p "$work"
draw() # SIZE NAME
{
    rsvg-convert -w "$1" -h "$1" "$svg" -o "$work/$2.png"
}
if command -v iconutil >/dev/null 2>&1; then
    for size in 16 32 128 256 512; do
        draw "$size" "icon_${size}x$size"
        draw $((size * 2)) "icon_${size}x$size@2x"
    done
    iconutil -c icns "$work" -o "$out"
else
    for size in 16 32 128 256 512 1024; do
        draw "$size" "$size"
    done
    png2icns "$out" "$work"/*.png >/dev/null
fi
rm -rf "$work"
