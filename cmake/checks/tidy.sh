# clang-tidy on the programs' sources, with the flags they were built with: tidy.sh BUILD_DIR
set -u
log=$1/tidy.log
run-clang-tidy -quiet -p "$1" -j "$(nproc)" '/(protocol|server|client)/[^:]*\.c$' >"$log" 2>&1
rc=$?
escape=$(printf '\033')
sed "s/$escape\\[[0-9;]*m//g" "$log" |
    grep -vE '^(clang-tidy|[0-9]+ warnings|Suppressed|Use -header-filter|Enabled checks)|^$'
exit $rc
