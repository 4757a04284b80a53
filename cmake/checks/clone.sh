# A new user's first command in a clean clone, without a display and without a terminal: run.sh builds,
# a message and a picture go through the server and back, it serves, and it ends when told to. The second
# time it starts at once. (The second command, test.sh, is what runs this.)
set -eu
source=$(pwd -P)
cd "$TMPDIR"
git clone -q "$source" confab
cd confab
unset DISPLAY WAYLAND_DISPLAY
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])')

for round in first second; do
    start=$(date +%s%N)
    # on this computer alone: a test calls nobody on the network
    sh cmake/run.sh --address 127.0.0.1 --port "$port" >"$TMPDIR/$round" 2>&1 </dev/null &
    run=$!
    until grep -q '^Serving until Ctrl-C' "$TMPDIR/$round"; do
        kill -0 $run 2>/dev/null || { cat "$TMPDIR/$round" && exit 1; }
        if [ -z "${up:-}" ] && grep -q '^The server is up' "$TMPDIR/$round"; then
            up=$((($(date +%s%N) - start) / 1000000))
            echo "$round run: server up after $up ms"
        fi
        sleep 0.02
    done
    grep -q '^Self-check passed' "$TMPDIR/$round"
    kill -TERM $run
    code=0
    wait $run || code=$?
    [ $code -eq 143 ] || { echo "run.sh ended with $code" && exit 1; }
    [ -z "$(ss -Hltn "sport = :$port")" ] || { echo "the server is still there" && exit 1; }
    up=
done
