#!/bin/sh
# Install what is missing of homebrew.txt: sh third_party/install-homebrew.sh SECTION...
# Sections: build, run, package, test. When nothing is missing it needs no network.
set -eu

list=$(dirname "$0")/homebrew.txt
if [ $# -eq 0 ]; then
    echo "usage: sh third_party/install-homebrew.sh build|run|package|test ..." >&2
    exit 2
fi
if ! command -v brew >/dev/null 2>&1; then
    echo "Homebrew is not here, so nothing was installed. What is needed is listed in $list." >&2
    exit 0
fi
export HOMEBREW_NO_AUTO_UPDATE=1 HOMEBREW_NO_INSTALL_UPGRADE=1

# "formula NAME" or "cask NAME" of the sections that were asked for
wanted=$(awk -v sections=" $* " '
    { sub(/#.*/, "") }
    /^\[.*\]/ { name = $0; gsub(/[][ \t]/, "", name); on = index(sections, " " name " ") > 0; next }
    on && NF { print (NF == 2 ? $1 : "formula"), $NF }' "$list" | sort -u)
if [ -z "$wanted" ]; then
    echo "$list has no section like: $*" >&2
    exit 2
fi
for kind in formula cask; do
    there=" $(brew list "--$kind" --full-name -1 2>/dev/null | tr '\n' ' ') "
    missing=$(echo "$wanted" | while read -r its_kind name; do
        case $there in
        *" $name "* | *" $name@"*) ;; # python is python@3.13
        *) [ "$its_kind" != "$kind" ] || echo "$name" ;;
        esac
    done)
    [ -n "$missing" ] || continue
    echo "Installing with brew: $(echo "$missing" | tr '\n' ' ')"
    # shellcheck disable=SC2086
    brew install "--$kind" $missing
done
