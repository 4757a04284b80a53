# Debian's source packages, for libraries.sh: a private apt with the mirror that this system uses
# already; the system's own apt is not touched. apt checks the signatures and the checksums.
# shellcheck shell=sh disable=SC2154 # $cache and fail() are libraries.sh's
apt_home=$cache/apt
tarballs=$cache/sources
apt_conf=$apt_home/apt.conf

# "URI SUITE KEYRING" (KEYRING "-": apt's own), of this release's parts of Debian
sources_configured()
{
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -f "$file" ] || continue
        awk -v code="$codename" '$1 == "deb" {
            line = $0; key = "-"
            if (match(line, /\[[^]]*\]/)) {
                if (match(line, /signed-by=[^] ]*/)) key = substr(line, RSTART + 10, RLENGTH - 10)
                sub(/\[[^]]*\]/, "", line)
            }
            n = split(line, w)
            for (i = 4; i <= n; i++)
                if (w[i] == "main" && w[3] ~ "^" code "(-updates|-security)?$") print w[2], w[3], key
        }' "$file"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        grep -v '^#' "$file" | awk -v code="$codename" 'BEGIN { RS = ""; FS = "\n" } {
            delete f
            for (i = 1; i <= NF; i++)
                if (match($i, /^[A-Za-z-]+:/))
                    f[tolower(substr($i, 1, RLENGTH - 1))] = substr($i, RLENGTH + 1)
            if (f["types"] !~ /deb( |$)/ || f["enabled"] ~ /no/ || " " f["components"] " " !~ / main /)
                next
            split(f["uris"], uri, " ")
            key = f["signed-by"] ~ /^ *\// ? f["signed-by"] : "-"
            n = split(f["suites"], suite, " ")
            for (i = 1; i <= n; i++)
                if (suite[i] ~ "^" code "(-updates|-security)?$") print uri[1], suite[i], key
        }'
    done
}

# Fetch the lists of the private apt
fetch_lists()
{
    mkdir -p "$apt_home/lists/partial" "$apt_home/cache/archives/partial" "$tarballs"
    sources_configured | sort -u | while read -r uri suite key; do
        option=
        [ "$key" = - ] || option="[signed-by=$key] "
        echo "deb-src $option$uri $suite main"
    done >"$apt_home/sources.list"
    [ -s "$apt_home/sources.list" ] ||
        fail "apt on this system has no Debian release to fetch sources of (it takes Debian 12 or 13)."
    # "release" and what else counts as it
    sed 's/^.* \([^ ]*\) main$/\1/' "$apt_home/sources.list" | tr '\n' ' ' >"$apt_home/own"
    beside=trixie
    grep -q trixie "$apt_home/own" && beside=bookworm
    also=$(sed -n "s/ [^ ]* main\$/ $beside main/p" "$apt_home/sources.list" | grep -v security | head -n 1)
    echo "$also" >>"$apt_home/sources.list"
    {
        apt-config dump | grep -iE '^Acquire::(https?|Retries|ForceIPv)' || true # a proxy, for instance; no hooks of the system
        cat <<END_OF_CONF
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$apt_home/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$apt_home/lists";
Dir::Cache "$apt_home/cache";
APT::Sandbox::User "$(id -un)";
END_OF_CONF
    } >"$apt_conf.new"
    mv "$apt_conf.new" "$apt_conf"
    if APT_CONFIG=$apt_conf apt-get -q -o APT::Update::Error-Mode=any update >"$logs/apt-update.log" 2>&1; then
        touch "$apt_home/fetched"
        rm -f "$tarballs"/*.missing
    elif [ -f "$apt_home/fetched" ]; then
        say "The lists of Debian's sources could not be fetched; going on with those that are here."
    else
        fail_with "$logs/apt-update.log" "The lists of Debian's sources could not be fetched."
    fi
}

# Know what there is. $1: "now": fetch the lists even if they are of today
sources_update()
{
    if [ "${1:-}" = now ] || [ -z "$(find "$apt_home/fetched" -mtime -1 2>/dev/null)" ]; then
        fetch_lists
    fi
    # "NAME | VERSION | URI RELEASE/main Sources"
    # shellcheck disable=SC2046
    available=$(APT_CONFIG=$apt_conf apt-cache madison \
        $(sed -n 's/^source=//p' "$here"/recipes/*.sh) 2>/dev/null) || true
    own=" $(cat "$apt_home/own") "
}

# The versions of source package $1 that are to be had: this release's, highest first, then those of
# the release beside it, for what the mirror does not give. $2: "yes": VERSION/bare too, that is
# upstream's tarball alone.
sources_versions()
{
    echo "$available" | awk -v name="$1" -v own="$own" '$1 == name {
        split($6, suite, "/")
        print (index(own, " " suite[1] " ") ? 0 : 1), $3
    }' | sort -k1,1n -k2,2Vr | awk -v bare="$2" '
        !seen[$2]++ { print $2; if (bare == "yes") print $2 "/bare" }' | while read -r version; do
        [ -e "$(sources_stamp "$1" "$version").missing" ] || echo "$version"
    done
}

# Version $2 of source package $1 in the name of a file
sources_stamp()
{
    echo "$tarballs/$1_$(echo "${2#*:}" | tr / _)"
}

# What is to be unpacked of version $2 of source package $1
sources_file()
{
    case $2 in
    */bare)
        upstream=${2#*:}
        for file in "$tarballs/$1_${upstream%-*}".orig.tar.*[0-9a-z]; do
            case $file in *.asc) ;; *) echo "$file" ;; esac
        done
        ;;
    *) echo "$tarballs/$1_${2#*:}.dsc" ;;
    esac
}

# Fetch version $2 of source package $1, unless it is here
sources_fetch()
{
    stamp=$(sources_stamp "$1" "$2")
    [ -n "$1" ] && [ ! -f "$stamp.complete" ] || return 0
    only=
    [ "$2" = "${2%/bare}" ] || only=--tar-only
    # shellcheck disable=SC2086
    if (cd "$tarballs" &&
        APT_CONFIG=$apt_conf apt-get -q source --download-only $only --only-source "$1=${2%/bare}") \
        >"$logs/$1-fetch.log" 2>&1; then
        touch "$stamp.complete"
    else
        touch "$stamp.missing" # till there are new lists
        return 1
    fi
}
