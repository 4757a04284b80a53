#!/bin/sh
# Make the two pictures of the installer's pages of our icon: sh pictures.sh ICON.svg FOLDER
# FOLDER/welcome.bmp (the side of the first and the last page; welcome-fine.bmp: twice as large), FOLDER/header.bmp (the top
# of the others). Needs rsvg-convert and netpbm.
set -eu
icon=$(realpath "$1")
out=$2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$icon" "$work/icon.svg" # rsvg opens what lies beside the picture, and nothing else

# bitmap NAME WIDTH HEIGHT: $work/picture.svg as a BMP
bitmap()
{
    rsvg-convert -w "$2" -h "$3" -o "$work/picture.png" "$work/picture.svg"
    pngtopam "$work/picture.png" | ppmtobmp -quiet -windows -bpp=24 >"$out/$1.bmp"
}

cat >"$work/picture.svg" <<'SVG'
<svg xmlns="http://www.w3.org/2000/svg" width="164" height="314">
<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="#e9f2ff"/><stop offset="1" stop-color="#b9d5ff"/></linearGradient></defs>
<rect width="164" height="314" fill="url(#sky)"/>
<image href="icon.svg" x="32" y="96" width="100" height="100"/>
</svg>
SVG
bitmap welcome 164 314
bitmap welcome-fine 328 628
cat >"$work/picture.svg" <<'SVG'
<svg xmlns="http://www.w3.org/2000/svg" width="150" height="57">
<rect width="150" height="57" fill="#ffffff"/>
<image href="icon.svg" x="98" y="6" width="45" height="45"/>
</svg>
SVG
bitmap header 150 57
