"""Confab in a Windows of our own, for the scenes of windows*.py: installed from the package, once for all scenes of a file.

CONFAB_WINDOWS_PACKAGES=FOLDER is where the packages are (build/packages). CONFAB_WINDOWS_PROGRAMS=FOLDER: these programs, and
nothing is installed; for those who work on them. CONFAB_WINDOWS_KEEP=FOLDER keeps that Windows for the next time.
"""
import contextlib
import os
import shutil
import tempfile

from _wine import Wine, need_package, need_wine
from libgui import Screen, start_server
from picture import check_seen

PROGRAMS = os.environ.get("CONFAB_WINDOWS_PROGRAMS")
KEEP = os.environ.get("CONFAB_WINDOWS_KEEP")
KEPT = {}  # user -> the folder of a Windows with Confab in it


class Installed(Wine):
    """Confab is installed in it (programs: the folder), and its person has no past."""

    programs = None

    def install(self, *words):
        """As a person does who double-clicks, but that nothing is asked."""
        self.run(need_package("-win64.exe"), "/S", *words)
        self.settle()

    def start(self):
        super().start()
        self.programs = PROGRAMS or os.path.join(self.drive, "Program Files", "Confab")
        if not PROGRAMS and not os.path.exists(self.exe("confab")):
            self.install()
        for folder in ("Roaming/Confab", "Local/Confab"):
            shutil.rmtree(os.path.join(self.home, "AppData", folder), ignore_errors=True)
        return self

    def exe(self, name):
        return os.path.join(self.programs, name + ".exe")

    def person(self, server, name="ann", **more):
        """Somebody at a window on this Windows."""
        return self.screen.window(server, kind=self.windows(self.exe("confab")), name=name, **more)

    def open_from_menu(self, *words):
        """By the link in the Start menu."""
        self.open(self.path(self.menu().get("Confab") or self.exe("confab")), *words)

    def tool(self, name):
        """confab-cli or confab-server as a program of this computer."""
        return self.command(self.path(self.exe(name)))


@contextlib.contextmanager
def windows(places=1, user="ann", width=1000, height=900, manager=False, **more):
    """A screen with so many places for windows, and a Windows with Confab on it."""
    need_wine()
    if not PROGRAMS:
        need_package("-win64.exe")
    folder = KEPT.get(user) or KEPT.setdefault(user, KEEP or tempfile.mkdtemp(prefix="confab-wine-"))
    with Screen(places, width=width, height=height, manager=manager) as screen:
        with Installed(screen, user=user, folder=folder, **more) as wine:
            try:
                yield screen, wine
                for window in screen.windows:
                    window.close()
            except BaseException:
                # while they are there to be seen
                print(f"picture of the screen: {screen.evidence()}")
                for window in screen.windows:
                    print(window.report())
                raise
            wine.wait_ended("confab.exe", "confab-cli.exe", "confab-server.exe", "confab-media.exe", "confab-media-quick.exe")
            wine.settle()


@contextlib.contextmanager
def chat(*options, places=2, **more):
    """A server of this computer, the screen, the Windows."""
    with start_server(*options) as server, windows(places, **more) as (screen, wine):
        yield server, screen, wine


def seen(window, name, photo, what):
    """The picture of that name in the chat is this photo, pixel by pixel; nothing lies over it."""
    window.wait_for("image", name, value="shown")
    window.screen.xdotool("mousemove", window.screen.width - 1, window.screen.height - 1)
    window.wait_gone("toast")
    window.wait_gone("tip")
    window.wait_gone("progress")
    window.wait_still()
    check_seen(window, window.settled("image", name, value="shown"), photo, what)


def is_installed():
    """Whether there is an installation to look at."""
    if PROGRAMS:
        print("(nothing is installed: CONFAB_WINDOWS_PROGRAMS)")
    return not PROGRAMS
