#!/bin/sh
# The unit tests, built for Windows and run in wine, in a Windows of their own: windows_unit.sh
# Needs the libraries (sh cmake/windows.sh builds them); without them it is skipped.
set -eu
cd "$(dirname "$0")/../.."

command -v wine >/dev/null 2>&1 || { echo "skipped: wine is not installed"; exit 77; }
CONFAB_WINDOWS_PREFIX=$(sh third_party/windows/libraries.sh --where) ||
    { echo "skipped: sh cmake/windows.sh builds the libraries first"; exit 77; }
WINEPREFIX=$(mktemp -d)
export CONFAB_WINDOWS_PREFIX WINEPREFIX
screen=
finish()
{
    wineserver -k >/dev/null 2>&1 || true
    [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
    rm -rf "$WINEPREFIX" "$WINEPREFIX.lock" "$WINEPREFIX.screen"
}
trap finish EXIT
trap 'exit 130' INT TERM

cmake --preset windows -DCONFAB_TESTS=ON >/dev/null
ninja -C build/windows --quiet
sh cmake/package/fonts.sh build/windows/tests/fonts
# Wine has nothing with Arabic letters: this stands in for the font of Windows that has
cp "$(dpkg-query -L fonts-noto-core | grep /NotoSansArabic-Regular.ttf)" build/windows/tests/fonts/segoeui.ttf

# one screen and one Windows for all of them
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$WINEPREFIX.screen" >/dev/null 2>&1 &
screen=$!
until [ -s "$WINEPREFIX.screen" ]; do
    kill -0 "$screen" || { echo "There is no screen: Xvfb ended." >&2; exit 1; }
    sleep 0.1
done
DISPLAY=:$(cat "$WINEPREFIX.screen")
export DISPLAY
sh cmake/wine.sh build/windows/confab-server.exe --version
wineserver -w # the one that stays is another
wineserver -p
ctest --test-dir build/windows -L unit -j "$(nproc)" --output-on-failure
