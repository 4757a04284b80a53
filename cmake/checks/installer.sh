# The installer for Windows compiles, with every word in each of its languages: makensis on a package of one file.
set -eu
if ! command -v makensis >/dev/null 2>&1; then
    echo "not looked at: makensis is not here (sh third_party/install-debian.sh windows)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for picture in welcome welcome-fine header; do # one white point each
    printf 'BM\072\0\0\0\0\0\0\0\066\0\0\0\050\0\0\0\001\0\0\0\001\0\0\0\001\0\030\0\0\0\0\0\004\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\377\377\377\0' \
        >"$work/$picture.bmp"
done
printf 'SetOutPath "$INSTDIR"\nFile "%s/LICENSE"\n' "$PWD" >"$work/install.nsh"
echo 'Delete "$INSTDIR\LICENSE"' >"$work/remove.nsh"
makensis -V2 -WX -INPUTCHARSET UTF8 -DVERSION=1.2.3 -DNUMBERS=1.2.3.0 -DYEAR=2026 "-DOUT=$work/confab-setup.exe" \
    "-DICON=${NSISDIR:-/usr/share/nsis}/Contrib/Graphics/Icons/modern-install.ico" "-DPICTURES=$work" "-DLISTS=$work" \
    -DSIZE_KB=1 "$PWD/cmake/package/windows/installer.nsi"
