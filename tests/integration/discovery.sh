#!/bin/sh
# discovery.sh: servers are found by who looks for them, on the same network and nowhere else.
# Two network namespaces, "here" and "there", joined by a virtual cable; both end with their processes,
# and nothing leaves them for the network of this computer.
set -eu
probe=$CONFAB_BIN/tests/beacon_probe

if [ "${1:-}" != inside ]; then
    user=
    [ "$(id -u)" = 0 ] || user=-r
    if ! command -v ip nsenter >/dev/null || ! unshare $user -n true; then
        echo "skipped: this computer allows no network namespaces, or has no iproute2"
        exit 77
    fi
    exec unshare $user -n sh "$0" inside
fi

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# wait_for FILE TEXT: until the file has that line
wait_for() {
    n=0
    until grep -q "$2" "$1" 2>/dev/null; do
        n=$((n + 1))
        [ $n -lt 400 ] || fail "no \"$2\" in $1: $(cat "$1")"
        sleep 0.05
    done
}

there_pid=
server=
trap 'kill $server $there_pid 2>/dev/null || true' EXIT

ip link set lo up
unshare -n sleep 170 &
there_pid=$!
n=0
while [ "$(readlink /proc/$there_pid/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do
    n=$((n + 1))
    [ $n -lt 200 ] || fail "no second namespace"
    sleep 0.02
done
there() {
    nsenter -t $there_pid -n "$@"
}
there ip link set lo up
ip link add cable type veth peer name cable netns $there_pid
ip addr add 10.77.0.1/24 broadcast 10.77.0.255 dev cable
there ip addr add 10.77.0.2/24 broadcast 10.77.0.255 dev cable

people() {
    echo "$1" | tr -d '\n' >people.new
    mv people.new people
}
serve() { # BIND-HOST NAME UID
    people 1
    "$probe" serve 5999 "$1" "$2" "$3" people >server.out 2>&1 &
    server=$!
    wait_for server.out serving
}
end_server() {
    kill $server
    wait $server 2>/dev/null || true
    server=
}

echo "== a network that comes later is used; facts change; who ends disappears"
serve 0.0.0.0 alpha 0123456789abcdef
there "$probe" watch 5999 "1000=still none" "8000=alpha 10.77.0.1 5050 1 plain" \
    "3000=alpha 10.77.0.1 5050 7 plain" "9000=none" >watch.out 2>&1 &
watcher=$!
wait_for watch.out "step 1"
ip link set cable up
there ip link set cable up
wait_for watch.out "step 2"
people 7
wait_for watch.out "step 3"
end_server
wait $watcher || fail "$(cat watch.out)"
cat watch.out

echo "== a newcomer finds the server within 3 s, junk or not; on its own computer too, once"
serve :: beta fedcba9876543210
"$probe" junk 5999
there "$probe" junk 5999
there "$probe" watch 5999 "3000=beta 10.77.0.1 5050 1 plain" "2500=still beta 10.77.0.1 5050 1 plain"
"$probe" watch 5999 "3000=beta 10.77.0.1 5050 1 plain" "2500=still beta 10.77.0.1 5050 1 plain"
end_server

echo "== a server for this computer alone is not heard elsewhere"
serve 127.0.0.1 gamma 00112233445566ff
"$probe" watch 5999 "3000=gamma 127.0.0.1 5050 1 plain"
there "$probe" watch 5999 "3000=still none"
end_server

echo "== a server at one address is found there"
serve 10.77.0.1 delta 00112233445566ee
there "$probe" watch 5999 "3000=delta 10.77.0.1 5050 1 plain"
end_server
echo "discovery works"
