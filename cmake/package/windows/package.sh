#!/bin/sh
# Pack what was built for Windows: sh cmake/package/windows/package.sh BUILD PREFIX OUT
#   BUILD   the build folder of the preset "windows", built
#   PREFIX  the libraries for it (third_party/windows)
#   OUT     where confab-VERSION-win64.zip and confab-VERSION-win64.exe go
# The same sources give the same bytes: every time in them is that of the last commit, or $SOURCE_DATE_EPOCH.
set -eu

if [ $# -ne 3 ]; then
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../../.." && pwd -P)
build=$(cd "$1" && pwd -P)
prefix=$(cd "$2" && pwd -P)
mkdir -p "$3"
out=$(cd "$3" && pwd -P)

fail()
{
    echo "package.sh: $*" >&2
    exit 1
}

for tool in x86_64-w64-mingw32-strip x86_64-w64-mingw32-objdump rsvg-convert icotool ppmtobmp makensis python3; do
    command -v $tool >/dev/null 2>&1 || fail "$tool is missing. Run: sh third_party/install-debian.sh windows"
done
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct 2>/dev/null) ||
        fail "the sources are not of a git repository: say SOURCE_DATE_EPOCH, the seconds of their date since 1970."
fi
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC
umask 022

version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
name=confab-$version-win64
work=$build/package
stage=$work/$name
lists=$work/installer
mkdir -p "$work"
exec 9>"$work/lock"
flock 9 # one at a time
rm -rf "$stage" "$lists"
mkdir -p "$lists"

# One folder with all that is needed
cmake --install "$build" --prefix "$stage" >"$work/install.log" || fail "the programs are not built: see $work/install.log"
x86_64-w64-mingw32-strip "$stage"/*.exe
python3 "$here/dlls.py" "$stage" "$prefix/bin" SDL2_mixer.dll
sh "$here/../fonts.sh" "$stage/fonts"
python3 "$here/../notices.py" --licences "$prefix/licences" --recipes "$root/third_party/windows/recipes" \
    --out "$work/notices.txt" --folder "$stage/licences" "$build"/*.map "$stage"
sed 's/$/\r/' "$work/notices.txt" >"$stage/notices.txt"
find "$stage" -type f ! -name '*.exe' -exec chmod 644 {} +
find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

# The ZIP
python3 "$here/../zip.py" "$stage" "$work/$name.zip"

# The installer: a line for each file that goes in, and for each that goes out
# windows_path ./PATH: as NSIS writes it
windows_path()
{
    printf '$INSTDIR%s' "${1#.}" | tr / '\\'
}
(cd "$stage" && find . -type d | sort | while read -r folder; do
    printf 'SetOutPath "%s"\n' "$(windows_path "$folder")"
    find "$folder" -maxdepth 1 -type f | sort | sed "s|^\./\(.*\)|File \"$stage/\1\"|"
done) >"$lists/install.nsh"
(cd "$stage" && find . ! -name . | sort -r | while read -r path; do # what is in a folder before the folder
    command=Delete
    [ ! -d "$path" ] || command=RMDir
    printf '%s "%s"\n' $command "$(windows_path "$path")"
done) >"$lists/remove.nsh"
sh "$here/pictures.sh" "$root/assets/icon.svg" "$lists"
find "$lists" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
makensis -V2 -WX -INPUTCHARSET UTF8 "-DVERSION=$version" "-DNUMBERS=$version.0" \
    "-DYEAR=$(date -d "@$SOURCE_DATE_EPOCH" +%Y)" "-DOUT=$work/$name.exe" "-DICON=$build/generated/confab.ico" \
    "-DPICTURES=$lists" "-DLISTS=$lists" "-DSIZE_KB=$(du -sk --apparent-size "$stage" | cut -f 1)" "$here/installer.nsi"

mv "$work/$name.zip" "$work/$name.exe" "$out"
(cd "$out" && sha256sum "$name.zip" "$name.exe" && du -h "$name.zip" "$name.exe")
