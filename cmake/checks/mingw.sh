# Does it compile for Windows?
set -eu
. cmake/preset.sh
build_preset mingw
