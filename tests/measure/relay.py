"""A way of 80 ms there and back, on loopback, without root.

Every piece of data is held for half a round trip in each direction. A connection to the relay itself takes no time,
where one over such a way takes a round trip before the first byte can be sent: so the first byte waits for that too.
What this leaves out is what a long way does to large transfers; the calls measured here fit into a few packets.
"""

import queue
import socket
import threading
import time


class Relay:
    """Listens on a port of its own and passes everything on to another, late."""

    def __init__(self, port, round_trip):
        self.round_trip = round_trip
        self.target = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        """Serves connections until the listener is closed."""
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            open_at = time.monotonic() + self.round_trip
            far = socket.create_connection(self.target)
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, sink, not_before in ((near, far, open_at), (far, near, 0)):
                pieces = queue.SimpleQueue()
                threading.Thread(target=self.take, args=(source, pieces, not_before), daemon=True).start()
                threading.Thread(target=self.give, args=(sink, pieces), daemon=True).start()

    def take(self, source, pieces, open_at):
        """Notes when each piece is due at the other end."""
        data = True
        while data:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            pieces.put((max(time.monotonic(), open_at) + self.round_trip / 2, data))

    def give(self, sink, pieces):
        """Delivers each piece when it is due; an empty one is the end."""
        data = True
        while data:
            due, data = pieces.get()
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                sink.sendall(data) if data else sink.shutdown(socket.SHUT_WR)
            except OSError:
                return

    def close(self):
        """Takes no more connections."""
        self.listener.close()
