"""A cable between a window and the server that can be slow, or be pulled out: SlowWire(port, bytes_per_second, down=...)."""
import socket
import threading
import time

PIECE = 16384


class SlowWire:
    """Listens on a port of its own (.port) and passes bytes on. What goes up (rate) or down is slowed down; .passed counts
    the bytes that went down."""

    def __init__(self, port, rate=None, down=None):
        self.to, self.rate, self.down, self.passed = port, rate, down, 0
        self.pairs = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                near.close()
                continue
            # a large buffer here would take the whole file at once
            near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
            if self.down:
                far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
                near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PIECE)
            self.pairs.append((near, far))
            threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source, target, up):
        try:
            while True:
                data = source.recv(PIECE)
                if not data:
                    break
                rate = self.rate if up else self.down
                if rate:
                    time.sleep(len(data) / rate)
                target.sendall(data)
                self.passed += 0 if up else len(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        """Pull it out: both ends see the end. New connections work again."""
        for pair in self.pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.pairs.clear()

    def close(self):
        self.listener.close()
        self.cut()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
