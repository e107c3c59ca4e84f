"""The line between the portal and the provider, which can be cut, held, broken and tampered with.

The provider behind it is a real one; only what a network or a bad day does to its answers is done here.
"""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASSED_ON = {"content-type", "location", "set-cookie", "cache-control"}


@dataclass
class Line:
    """What happens to answers, by the path that was asked for.

    Attributes:
        broken: paths answered with status 500.
        held: paths that are never answered while the test runs.
        changed: paths whose body is rewritten.
        asked: every path that came through, with its body.
    """

    address: str
    broken: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    changed: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def mend(self) -> None:
        self.broken, self.held, self.changed, self.asked = set(), set(), {}, []


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    line: Line
    provider_port: int


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, format: str, *args: object) -> None:
        """The test says what happened."""

    def _pass_on(self) -> None:
        line, path = self.server.line, self.path.partition("?")[0]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        line.asked.append((path, body.decode()))
        if path in line.held:
            line.over.wait(60)
            return
        if path in line.broken:
            self.send_error(500)
            return
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.provider_port, timeout=30)) as asked:
            asked.request(self.command, self.path, body, dict(self.headers))
            answer = asked.getresponse()
            told = line.changed.get(path, bytes)(answer.read())
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() in PASSED_ON:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)


@contextmanager
def listening() -> Iterator[_Server]:
    """A relay with an address; where it leads is set before anybody asks."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.line = Line(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.line.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
