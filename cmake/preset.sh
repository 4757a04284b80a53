# For the scripts beside it: . cmake/preset.sh, in the root of the tree.

# build_preset NAME: configure build/NAME if that was not done yet, and build it
build_preset()
{
    dir=$(pwd -P)/build/$1
    if [ -f "$dir/CMakeCache.txt" ] &&
        ! grep -qx "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" "$dir/CMakeCache.txt"; then
        rm -rf "$dir" # the tree was copied or moved: what CMake remembers is about the old place
    fi
    # without output when nothing goes wrong, except for a person who waits for a first build
    if [ ! -f "$dir/build.ninja" ] || [ CMakePresets.json -nt "$dir/build.ninja" ]; then
        echo "Configuring build/$1"
        mkdir -p build
        cmake --preset "$1" >"$dir.log" 2>&1 || { cat "$dir.log" >&2 && return 1; }
    fi
    if [ -t 1 ]; then
        ninja -C "$dir"
    else
        ninja -C "$dir" --quiet
    fi
}

# The sanitizers of some compilers fail now and then where the kernel spreads memory widely
# (vm.mmap_rnd_bits above 28): run without that where we may.
steady=
if command -v setarch >/dev/null 2>&1 && setarch -R true 2>/dev/null; then
    steady='setarch -R'
fi
