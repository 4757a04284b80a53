#!/bin/sh
# Run every fuzzer: tests/fuzz/run.sh BUILD_DIR [SECONDS]
# tests/fuzz/corpus/NAME holds good and once bad inputs of fuzz_NAME; what is found anew goes into
# BUILD_DIR/corpus/NAME, an input that fails into BUILD_DIR/corpus/NAME-failed-*.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
build=$1
seconds=${2:-20}

# what libraries keep for good is no leak of ours
export LSAN_OPTIONS="suppressions=$here/../lsan.supp:print_suppressions=0"

fuzz_one()
{
    name=$(basename "$1" | sed 's/^fuzz_//')
    mkdir -p "$build/corpus/$name"
    set -- "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$build/corpus/$name-failed-" "$build/corpus/$name"
    [ ! -d "$here/corpus/$name" ] || set -- "$@" "$here/corpus/$name"
    if "$@" >"$build/corpus/$name.log" 2>&1; then
        echo "fuzz_$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/corpus/$name.log") inputs, no failure"
    else
        tail -n 60 "$build/corpus/$name.log"
        echo "fuzz_$name: failed; the input is in $build/corpus/"
        return 1
    fi
}

count=0 failed=0 pids=
for program in "$build"/tests/fuzz_*; do
    [ -x "$program" ] || continue
    fuzz_one "$program" &
    pids="$pids $!"
    count=$((count + 1))
    if [ $((count % $(nproc))) -eq 0 ]; then
        for pid in $pids; do wait "$pid" || failed=$((failed + 1)); done
        pids=
    fi
done
for pid in $pids; do wait "$pid" || failed=$((failed + 1)); done
echo "$count fuzzers, $failed failed"
[ "$count" -gt 0 ] && [ "$failed" -eq 0 ]
