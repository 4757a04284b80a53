# Every fuzzer for a short while.
set -eu
. cmake/preset.sh
build_preset fuzz
sh tests/fuzz/run.sh build/fuzz "${CONFAB_FUZZ_SECONDS:-20}"
