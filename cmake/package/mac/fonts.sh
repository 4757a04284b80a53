#!/bin/sh
# On Debian: the fonts of the bundle and their licences, for CONFAB_FONTS: sh cmake/package/mac/fonts.sh FOLDER
set -eu

cd "$(dirname "$0")/../../.."
sh third_party/install-debian.sh fonts
sh cmake/package/fonts.sh "$1"
python3 cmake/package/notices.py --title "Fonts" --out "$1/notices.txt" "$1"
