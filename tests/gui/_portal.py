"""The file chooser of a desktop's portal, for tests: on the session bus of the environment; a line of JSON for each
call. A line of JSON on its standard input is the answer of the person: a list of paths, or null (cancelled); or "crash".
An argument: how many seconds it takes to say that it is there."""
import json
import sys
import time
import urllib.parse

from gi.repository import Gio, GLib

SPEC = """<node><interface name="org.freedesktop.portal.FileChooser">
<method name="OpenFile"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
<arg type="o" direction="out"/></method>
<method name="SaveFile"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
<arg type="o" direction="out"/></method>
<property name="version" type="u" access="read"/>
</interface><interface name="org.freedesktop.portal.Request"><method name="Close"/></interface></node>"""
PATH, NAME = "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Desktop"


def tell(**what):
    print(json.dumps(what), flush=True)


class Portal:
    def __init__(self):
        self.loop = GLib.MainLoop()
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.chooser, self.request = Gio.DBusNodeInfo.new_for_xml(SPEC).interfaces
        self.bus.register_object(PATH, self.chooser, self.on_call, self.on_get, None)
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, lambda *_: tell(ready=True),
                                       lambda *_: self.loop.quit())
        GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, self.on_line)

    def on_get(self, *_):
        time.sleep(float(sys.argv[1]) if len(sys.argv) > 1 else 0)
        return GLib.Variant("u", 3)

    def on_call(self, bus, sender, path, interface, method, args, call):
        _, title, options = args.unpack()
        self.asker = sender
        self.handle = f"{PATH}/request/{sender[1:].replace('.', '_')}/{options['handle_token']}"
        self.bus.register_object(self.handle, self.request, lambda *all: (all[-1].return_value(None), tell(closed=True)), None, None)
        call.return_value(GLib.Variant("(o)", (self.handle,)))
        folder = bytes(options.get("current_folder", b"")).decode()
        tell(method=method, title=title, name=options.get("current_name"), folder=folder,
             multiple=options.get("multiple"), directory=options.get("directory"))

    def on_line(self, source, condition):
        line = sys.stdin.readline()
        if not line:
            self.loop.quit()
            return False
        paths = json.loads(line)
        if paths == "crash":
            self.loop.quit()
            return False
        uris = GLib.Variant("as", ["file://" + urllib.parse.quote(path) for path in paths or []])
        self.bus.emit_signal(self.asker, self.handle, "org.freedesktop.portal.Request", "Response",
                             GLib.Variant("(ua{sv})", (1 if paths is None else 0, {"uris": uris, "choices": GLib.Variant("s", "")})))
        return True


portal = Portal()
portal.loop.run()
