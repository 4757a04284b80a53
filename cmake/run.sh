#!/bin/sh
# Install what is missing, build, and chat. See --help.
set -eu

usage()
{
    cat <<'END'
sh cmake/run.sh [MODE] [OPTIONS]

Installs what is missing (Debian, Ubuntu), builds the release into build/release, and then:
  (no mode)               starts a server on this computer and opens the window on it.
                          Without a display: the terminal client. Without a terminal either:
                          a self-check, then it serves until Ctrl-C.
  --server                only the server, in this terminal
  --client [HOST PORT]    only the window; without an address it shows the servers on the network
  --terminal [HOST PORT]  the terminal client; without an address on a server of this computer
  --build                 only installs and builds

  --port N                the server's port (5050)
  --address A             the address the server listens on (0.0.0.0: every network)
  --name NAME             your name in the chat
  --data FOLDER           where the server keeps its rooms and files
  --help                  this text
END
}

fail()
{
    echo "run.sh: $*" >&2
    exit 1
}

mode=chat
host=
port=5050
address=0.0.0.0
name=
data=
while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) usage && exit 0 ;;
    --server | --build) mode=${1#--} ;;
    --client | --terminal)
        mode=${1#--}
        case ${2:-} in
        '' | -*) ;;
        *)
            [ $# -ge 3 ] || fail "$1 takes a host and a port, or nothing"
            host=$2 port=$3
            shift 2
            ;;
        esac
        ;;
    --port | --address | --name | --data)
        [ $# -ge 2 ] || fail "$1 needs a value"
        case $1 in
        --port) port=$2 ;;
        --address) address=$2 ;;
        --name) name=$2 ;;
        --data) data=$2 ;;
        esac
        shift
        ;;
    *) fail "unknown option: $1 (--help lists them)" ;;
    esac
    shift
done
case $port in
'' | *[!0-9]*) fail "the port is a number from 1 to 65535, not \"$port\"" ;;
esac

cd "$(dirname "$0")/.."
here=$(pwd -P)
bin=$here/build/release

# --- build -----------------------------------------------------------------------------------
sh third_party/install-debian.sh build run
. cmake/preset.sh
build_preset release
[ "$mode" = build ] && exit 0

# --- the server ------------------------------------------------------------------------------
server=
follower=
log=
work=
stop()
{
    trap - EXIT
    if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    [ -z "$follower" ] || kill "$follower" 2>/dev/null || true
    [ -z "$work" ] || rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Is a socket of this port in STATE? ss is Linux's, netstat is macOS's.
has_socket() # LISTEN|ESTAB
{
    if command -v ss >/dev/null 2>&1; then
        ss -Htan "sport = :$port" | grep -q "^$1"
    else
        netstat -an -p tcp 2>/dev/null | awk -v port="[.]$port\$" -v state="^$1" '
            $4 ~ port && $6 ~ state { found = 1 } END { exit !found }'
    fi
}

# What others can reach: the addresses of this computer, or the one that the server listens on.
addresses()
{
    case $address in
    0.0.0.0 | ::)
        if command -v ip >/dev/null 2>&1; then
            ip -4 -o address show scope global | awk '{ sub("/.*", "", $4); print $4 }'
        else
            ifconfig 2>/dev/null | awk '$1 == "inet" && $2 !~ /^127[.]/ { print $2 }'
        fi
        ;;
    127.* | ::1 | localhost) ;;
    *) echo "$address" ;;
    esac
}

print_how_to_join()
{
    reachable=$(addresses)
    if [ -n "$reachable" ]; then
        echo "To join from another computer: open confab (this server is in its list), or"
        for ip in $reachable; do
            echo "    confab $ip $port          confab-cli $ip $port"
        done
    fi
    echo "From here: confab 127.0.0.1 $port, or confab-cli 127.0.0.1 $port (both are in build/release)."
}

start_server()
{
    if has_socket LISTEN; then
        echo "A server is already listening on port $port; using that one."
        return
    fi
    work=$(mktemp -d)
    log=$work/server.log
    set -- "$address" "$port"
    [ -z "$data" ] || set -- "$@" --data "$data"
    # in a session of its own, where that can be had: Ctrl-C in a client is not for the server
    session=$(command -v setsid || true)
    # shellcheck disable=SC2086
    $session "$bin/confab-server" "$@" >"$log" 2>&1 </dev/null &
    server=$!
    tries=0
    until grep -q '\[SERVER LISTENING\]' "$log"; do
        tries=$((tries + 1))
        if ! kill -0 "$server" 2>/dev/null || [ $tries -gt 200 ]; then
            cat "$log" >&2
            fail "the server did not start"
        fi
        sleep 0.05
    done
    echo "The server is up on port $port."
}

serve_until_stopped()
{
    [ -n "$server" ] || return 0
    echo "Serving until Ctrl-C."
    tail -n +1 -f "$log" &
    follower=$!
    wait "$server" || fail "the server ended by itself"
}

# --- a message and a picture, through the server and back ------------------------------------
wait_for() # SECONDS WHAT FILE PATTERN
{
    tries=0
    until grep -q "$4" "$3" 2>/dev/null; do
        tries=$((tries + 1))
        if [ $tries -gt $(($1 * 20)) ]; then
            kill "$receiver" 2>/dev/null || true
            cat "$3" >&2
            fail "self-check: $2 did not arrive within $1 seconds"
        fi
        sleep 0.05
    done
}

self_check()
{
    [ -n "$work" ] || work=$(mktemp -d)
    picture=$here/assets/icon.png
    tag=$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
    text="self-check $tag"
    # settings of their own, so that these are two persons; a room of their own, so nobody is disturbed
    XDG_CONFIG_HOME=$work/in "$bin/confab-cli" 127.0.0.1 "$port" --name "in-$tag" --room "check-$tag" \
        --json --listen --downloads "$work/downloads" >"$work/events" 2>&1 </dev/null &
    receiver=$!
    wait_for 10 "the receiver's welcome" "$work/events" .
    echo "$text" | XDG_CONFIG_HOME=$work/out "$bin/confab-cli" 127.0.0.1 "$port" --name "out-$tag" \
        --room "check-$tag" >/dev/null
    wait_for 10 "the message" "$work/events" "$text"
    XDG_CONFIG_HOME=$work/out "$bin/confab-cli" 127.0.0.1 "$port" --name "out-$tag" \
        --room "check-$tag" --send "$picture" >/dev/null </dev/null
    wait_for 20 "the picture" "$work/events" '"saved"'
    kill "$receiver" 2>/dev/null || true
    wait "$receiver" 2>/dev/null || true
    for got in "$work"/downloads/*; do
        cmp "$picture" "$got" || fail "self-check: the picture came back different"
        echo "Self-check passed: a message and a picture ($(wc -c <"$got") bytes) went through the server and back."
    done
}

# --- the clients -----------------------------------------------------------------------------
open_terminal()
{
    set -- "${host:-127.0.0.1}" "$port" --yes --terminal
    [ -z "$name" ] || set -- "$@" --name "$name"
    "$bin/confab-cli" "$@"
}

open_window()
{
    set -- --new-window # this script waits for it to end
    [ -z "$host" ] || set -- "$host" "$port"
    [ -z "$name" ] || set -- "$@" --name "$name"
    "$bin/confab" "$@" &
    wait $!
}

has_display()
{
    [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname)" = Darwin ]
}

# Others may still be talking on the server that we started: then it goes on.
leave_server()
{
    if [ -n "$server" ] && has_socket ESTAB; then
        echo "Others are still here."
        serve_until_stopped
    fi
}

case $mode in
server)
    print_how_to_join
    set -- "$address" "$port"
    [ -z "$data" ] || set -- "$@" --data "$data"
    exec "$bin/confab-server" "$@"
    ;;
client)
    has_display || fail "there is no display for the window (DISPLAY is not set); try --terminal"
    open_window
    ;;
terminal)
    [ -n "$host" ] || start_server
    open_terminal
    leave_server
    ;;
chat)
    start_server
    if has_display; then
        print_how_to_join
        host=127.0.0.1
        open_window
        leave_server
    elif [ -t 0 ]; then
        echo "There is no display here (DISPLAY and WAYLAND_DISPLAY are not set): this is the terminal client."
        open_terminal
        leave_server
    else
        echo "There is no display and no terminal here: checking the server instead."
        self_check
        print_how_to_join
        serve_until_stopped
    fi
    ;;
esac
