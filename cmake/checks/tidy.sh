# clang-tidy on the programs' sources, with the flags they were built with: tidy.sh BUILD_DIR
# Nine tenths of its time go into paths through functions (clang-analyzer). CONFAB_TIDY_NODES says how far each
# function is followed: the analyzer's own choice is 225000, which takes twice as long.
set -u
log=$1/tidy.log
run-clang-tidy -quiet -p "$1" -j "$(nproc)" -extra-arg=-Xclang -extra-arg=-analyzer-config \
    -extra-arg=-Xclang -extra-arg="max-nodes=${CONFAB_TIDY_NODES:-60000}" '/(protocol|server|client)/[^:]*\.c$' >"$log" 2>&1
rc=$?
escape=$(printf '\033')
sed "s/$escape\\[[0-9;]*m//g" "$log" |
    grep -vE '^(clang-tidy|[0-9]+ warnings|Suppressed|Use -header-filter|Enabled checks)|^$'
exit $rc
