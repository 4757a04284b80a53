#!/usr/bin/env python3
"""The tree on Debian 13, with its libraries (SDL2 is sdl2-compat on SDL3 there, FFmpeg 7, OpenSSL 3.5): it compiles
without a warning, its unit tests pass, two windows talk and show a picture, and its packages can be installed."""
import glob
import os
import re
import subprocess
import sys

from _debian import SOURCE, Debian, DebianWindow, Failed, check, free_port, service, unshare_mounts, window_of
from libgui import Screen, make_photo

SUITE = "trixie"
FONTS = ["fonts-inter", "fonts-jetbrains-mono", "fonts-noto-core", "fonts-noto-color-emoji", "fonts-wqy-microhei"]
FEW = ["--no-install-recommends"]
PICTURES = os.environ.get("CONFAB_PACKAGE_PICTURES")


def step(text):
    print(text, flush=True)


def bring_tree(debian):
    """The files of the tree as they are now, without what was built from them."""
    names = subprocess.run(["git", "-C", SOURCE, "ls-files", "-z"], capture_output=True, check=True).stdout
    os.makedirs(debian.root + "/src")
    done = subprocess.run(["tar", "-C", SOURCE, "--null", "--ignore-failed-read", "-T", "-", "-cf", "-"], input=names,
                          capture_output=True, check=True)
    subprocess.run(["tar", "-C", debian.root + "/src", "-xf", "-"], input=done.stdout, check=True)


def check_build(debian):
    debian.run("sh", "/src/third_party/install-debian.sh", "build")
    debian.install("libcmocka-dev", "python3", "dpkg-dev", "file", "librsvg2-bin", *FONTS, options=FEW)
    for library in ("sdl2", "libavcodec", "openssl"):
        step(f"{library} {debian.run('pkg-config', '--modversion', library).strip()}")
    debian.run("cmake", "-S", "/src", "-B", "/build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
               "-DCMAKE_INSTALL_PREFIX=/usr")
    told = debian.run("ninja", "-C", "/build", "-k", "0", "--quiet")  # warnings of ours are errors
    check("warning:" not in told, told[-4000:])
    step("it is built without a warning")
    told = debian.run("ctest", "--test-dir", "/build", "-L", "unit", "-j2", "--output-on-failure", "--no-tests=error")
    step("unit tests: " + re.search(r".*% tests passed.*", told).group())


def check_window(debian):
    debian.run("sh", "-c", "cd /build && cpack -G DEB -B /packages")
    debian.install(*[path[len(debian.root):] for path in glob.glob(debian.root + "/packages/*.deb")],
                   options=FEW)
    step("its packages are installed")
    homes = {name: debian.person(name) for name in ("ann", "ben")}
    port = free_port()
    debian.write("/etc/confab/server.conf", f"address = 127.0.0.1\nport = {port}\nno-beacon = yes\n")
    photo = os.path.join(debian.shared, "photo.jpg")
    make_photo(photo, megapixels=2)
    os.chmod(photo, 0o644)
    address = ("127.0.0.1", str(port))
    with service(debian, port), Screen(2) as screen:
        ann = DebianWindow(screen, debian, "ann", homes["ann"], slot=0, address=address)
        ben = DebianWindow(screen, debian, "ben", homes["ben"], slot=1, address=address)
        check(window_of(screen), "desktops do not find the desktop file of the window")
        ann.say("hello from Debian 13 🎉 مرحبا 你好")
        ben.wait_for("message", "hello from Debian 13 🎉 مرحبا 你好")
        screen.drag_files([photo], ann, 640, 400)
        ben.settled("image", "photo.jpg", value="shown")
        if PICTURES:
            os.makedirs(PICTURES, exist_ok=True)
            step("picture: " + screen.save(os.path.join(PICTURES, "debian13.png")))
    step("two windows talked, and the picture was seen")


def main():
    with Debian(SUITE) as debian:
        bring_tree(debian)
        check_build(debian)
        check_window(debian)


if __name__ == "__main__":
    unshare_mounts()
    try:
        main()
    except Failed as why:
        sys.exit(f"debian13.py: {why}")
