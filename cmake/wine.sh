#!/bin/sh
# Run a program that was built for Windows: wine.sh PROGRAM.exe [ARGUMENT...]
# In a Windows of its own ($WINEPREFIX, else .cache/wine in this tree), made when it is first needed,
# and on a screen that nobody sees unless there is $DISPLAY. DLLs lie beside the program or one folder up.
set -eu

if ! command -v wine >/dev/null 2>&1; then
    echo "wine.sh: wine is not installed; Debian's packages are wine and wine64." >&2
    exit 1
fi
here=$(cd "$(dirname "$0")/.." && pwd -P)
export WINEPREFIX="${WINEPREFIX:-$here/.cache/wine}" WINEARCH=win64
export WINEDEBUG="${WINEDEBUG:--all}" WINEDLLOVERRIDES="${WINEDLLOVERRIDES:-mscoree,mshtml=d}"

# a screen that is there for as long as this program runs
screen=
number=
finish()
{
    [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
    [ -z "$number" ] || rm -f "$number"
}
if [ -z "${DISPLAY:-}" ] && command -v Xvfb >/dev/null 2>&1; then
    number=$(mktemp)
    trap finish EXIT
    trap 'exit 130' INT TERM
    Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$number" >/dev/null 2>&1 &
    screen=$!
    tries=0
    while [ ! -s "$number" ] && [ $tries -lt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    DISPLAY=:$(cat "$number")
    export DISPLAY
fi

if [ ! -f "$WINEPREFIX/system.reg" ]; then
    mkdir -p "$WINEPREFIX"
    (
        flock 9
        if [ ! -f "$WINEPREFIX/system.reg" ]; then
            wine wineboot -i >/dev/null 2>&1
            wineserver -w
        fi
    ) 9>"$WINEPREFIX.lock"
fi

folder=$(cd "$(dirname "$1")" && pwd -P)
WINEPATH="Z:$folder;Z:$(dirname "$folder")"
export WINEPATH
wine "$@"
