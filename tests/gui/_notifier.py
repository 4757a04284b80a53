"""A desktop that shows notifications, for tests: on the session bus of the environment; a line of JSON for each
call. A line "click NUMBER" on its standard input clicks one; "theme" says that the desktop went dark or light."""
import json
import sys

from gi.repository import Gio, GLib

SPEC = """<node><interface name="org.freedesktop.Notifications">
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
<arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>"""
PATH, NAME = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"


def tell(**what):
    print(json.dumps(what), flush=True)


class Desktop:
    def __init__(self):
        self.number = 0
        self.loop = GLib.MainLoop()
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        interface = Gio.DBusNodeInfo.new_for_xml(SPEC).interfaces[0]
        self.bus.register_object(PATH, interface, self.on_call, None, None)
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, lambda *_: tell(ready=True),
                                       lambda *_: self.loop.quit())
        GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, self.on_line)

    def on_call(self, bus, sender, path, interface, method, args, call):
        if method == "GetCapabilities":
            call.return_value(GLib.Variant("(as)", (["body", "body-markup", "actions"],)))
        elif method == "Notify":
            app, replaces, icon, title, body, actions, hints, expires = args.unpack()
            self.number = replaces or self.number + 1
            call.return_value(GLib.Variant("(u)", (self.number,)))
            tell(notify=self.number, app=app, title=title, body=body, actions=actions, hints=hints)
        else:
            call.return_value(None)
            tell(closed=args.unpack()[0])

    def on_line(self, source, condition):
        line = sys.stdin.readline().split()
        if not line:
            self.loop.quit()
            return False
        if line[0] == "click":
            self.bus.emit_signal(None, PATH, NAME, "ActionInvoked", GLib.Variant("(us)", (int(line[1]), "default")))
        else:
            self.bus.emit_signal(None, "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings",
                                 "SettingChanged", GLib.Variant("(ssv)", ("org.freedesktop.appearance",
                                                                          "color-scheme", GLib.Variant("u", 1))))
        return True


desktop = Desktop()
desktop.loop.run()
