"""A program that files are dragged from, like a file manager: _dragsource.py X Y PATH...

It says "ready" when its window is up, then what becomes of each drag. Needs GTK 3.
"""
import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402


def say(word):
    print(word, flush=True)


def main():
    x, y, paths = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    uris = [pathlib.Path(path).resolve().as_uri() for path in paths]
    window = Gtk.Window(title="files", decorated=False, default_width=60, default_height=60)
    handle = Gtk.EventBox()
    handle.add(Gtk.Label(label=str(len(uris))))
    handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    handle.drag_source_add_uri_targets()
    handle.connect("drag-begin", lambda *_: say("drag-begin"))
    handle.connect("drag-data-get", lambda widget, context, data, info, time: data.set_uris(uris))
    handle.connect("drag-failed", lambda *_: say("drag-failed"))
    handle.connect("drag-end", lambda *_: say("drag-end"))
    window.add(handle)
    window.connect("destroy", Gtk.main_quit)
    window.connect("map-event", lambda *_: say("ready"))
    window.show_all()
    window.move(x, y)
    Gtk.main()


main()
