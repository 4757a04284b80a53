#!/bin/sh
# Install what is missing, build under the sanitizers, run every test: sh cmake/test.sh [CTEST OPTIONS]
# For instance: sh cmake/test.sh -L unit      sh cmake/test.sh -R style      sh cmake/test.sh -LE gui
#
# Nothing is listed here: tests/CMakeLists.txt finds the test files, and makes the checks of the
# whole tree (format, layers, clang-tidy, Windows, threads, fuzzers) tests as well.
set -eu

case ${1:-} in
--help | -h) sed -n '2,6s/^# \{0,1\}//p' "$0" && exit 0 ;;
esac
cd "$(dirname "$0")/.."
sh third_party/install-debian.sh build run test
jobs=$(getconf _NPROCESSORS_ONLN)

. cmake/preset.sh
preset=asan
[ "$(uname)" = Linux ] || preset=dev # the checks of the whole tree and the search for leaks are of Linux
build_preset $preset
exec $steady ctest --test-dir build/$preset --output-on-failure --no-tests=error -j "$jobs" "$@"
