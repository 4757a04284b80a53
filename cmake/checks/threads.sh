# The tests that have threads, under ThreadSanitizer.
set -eu
. cmake/preset.sh
build_preset tsan
$steady ctest --test-dir build/tsan -L threads --output-on-failure --no-tests=error
