# Debian's source packages, for the scripts beside it: . third_party/linux/source.sh, in the root of the tree.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/confab

# apt-get with a list of our own: sources of the release that runs here, whatever the machine's own lists have.
source_apt()
{
    apt=$cache/linux/apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    # the mirror that this system uses already
    mirror=$(sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\{0,1\}\(http[^ ]*\).*/\2/p' \
        /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1)
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources.list"
    cat >"$apt/apt.conf" <<END
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
END
    APT_CONFIG=$apt/apt.conf apt-get -q "$@"
}

# source_prefix PACKAGE SCRIPT OPTIONS: the folder for what is built of it, named by $version (of Debian's development
# package, which the programs are linked with), by the compiler and by the recipe
source_prefix()
{
    key=$( (echo "$3" && cat "$2" && cc --version && dpkg-query -W -f '${Version}' libc6-dev) | sha256sum | cut -c 1-12)
    echo "$cache/linux/$1-${version#*:}-$key"
}

# source_unpack PACKAGE FOLDER: the source of the version that is installed, or of the release if that is gone
source_unpack()
{
    folder=$(dirname "$2")/source
    mkdir -p "$folder"
    (
        cd "$folder" || exit 1
        [ -n "$(find "$cache/linux/apt/lists" -name '*_Sources*' 2>/dev/null)" ] || source_apt update
        source_apt source --download-only "$1=$version" || { source_apt update && source_apt source --download-only "$1"; }
        dpkg-source --no-check -x "$1"_*.dsc "$2"
    )
}
