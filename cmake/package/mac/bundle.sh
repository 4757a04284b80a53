#!/bin/sh
# Finish Confab.app on a Mac: sh bundle.sh Confab.app MIXER-LIBRARY ENTITLEMENTS [FONTS-FOLDER]
# The libraries go into it, then the notices of what is inside, then every file is signed: ad hoc, or
# by the identity in CONFAB_SIGN. The bundle is complete when this ends without an error.
set -eu

app=$1
mixer=$2
entitlements=$3
fonts=${4:-}
here=$(cd "$(dirname "$0")" && pwd -P)
resources=$app/Contents/Resources
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 "$here/libraries.py" "$app" --also "$mixer" --licences "$work"
# the name that is asked for
mixer_inside=$app/Contents/Frameworks/libSDL2_mixer.dylib
[ -e "$mixer_inside" ] || ln -s "$(basename "$mixer")" "$mixer_inside"
python3 "$here/../notices.py" --licences "$work" --title "Confab for macOS" --out "$resources/notices.txt" \
    "$app/Contents/Frameworks"
if [ -n "$fonts" ]; then
    mkdir -p "$resources/fonts"
    cp "$fonts"/*.otf "$fonts"/*.ttf "$resources/fonts"
    cat "$fonts/notices.txt" >>"$resources/notices.txt"
else
    echo "bundle: no fonts were given (-DCONFAB_FONTS=FOLDER): the texts will be in Helvetica." >&2
fi

# From the inside out: what is signed last covers the rest. An identity of one's own hardens it too.
identity=${CONFAB_SIGN:--}
set -- --force --sign "$identity"
[ "$identity" = - ] || set -- "$@" --options runtime --timestamp
for file in "$app"/Contents/Frameworks/*.dylib "$app"/Contents/MacOS/*; do
    [ -L "$file" ] || codesign "$@" --entitlements "$entitlements" "$file"
done
codesign "$@" --entitlements "$entitlements" "$app"
codesign --verify --deep --strict "$app"
