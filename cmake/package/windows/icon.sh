#!/bin/sh
# Make confab.ico of the picture: sh icon.sh PICTURE.svg OUT.ico
# Needs rsvg-convert and icotool. Windows shows 16 to 48 px in lists and bars (20, 24, 40 and 64 on finer screens), 256 in folders.
set -eu
svg=$1
out=$2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

set --
for size in 16 20 24 32 40 48 64; do
    rsvg-convert -w $size -h $size -o "$work/$size.png" "$svg"
    set -- "$@" "$work/$size.png"
done
rsvg-convert -w 256 -h 256 -o "$work/256.png" "$svg"
icotool --create -o "$work/confab.ico" "$@" --raw="$work/256.png" # as PNG: a tenth of the bytes
mv "$work/confab.ico" "$out"
