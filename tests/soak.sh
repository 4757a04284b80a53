#!/bin/sh
# Faults at full length, then a soak: sh tests/soak.sh BUILD_DIR [MINUTES]
# 150 kills, 3,000 power cuts, each of the first 2,000 allocations, every rule broken 20 times; then
# MINUTES (60) of talk, churn, uploads, slow readers and kills. Figures on standard output; it ends
# at the first thing that fails.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
CONFAB_BIN=$(cd "$1" && pwd -P)
minutes=${2:-60}
export CONFAB_BIN

echo "== power cuts"
CONFAB_CUTS=3000 "$CONFAB_BIN/tests/test_power"
echo "== kills"
CONFAB_KILLS=150 python3 "$here/integration/server_crash.py" scene_kill_at_random_points
echo "== memory that runs out"
CONFAB_ALLOCATIONS=2000 python3 "$here/integration/server_memory.py"
echo "== every rule broken"
CONFAB_HOSTILE_ROUNDS=20 python3 "$here/integration/hostile.py"
echo "== soak of $minutes minutes"
python3 "$here/integration/_soak.py" "$minutes"
