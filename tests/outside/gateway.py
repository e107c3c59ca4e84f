"""A gateway for text messages, in a process of its own: `python gateway.py PORT`. It sends each reference once.

POST /messages            takes {"to", "text", "reference", "from"}, in JSON or as a form, as the mode says
POST /mode                {"mode": "well"} or one of MODES, {"seconds": …} for those that take their time
GET  /sent                what was sent to telephones, how often each reference was asked for, and lines it drips on
"""

import json
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

# well: takes it. slow: takes it after a while. failing: answers 500. refusing: answers 400. busy: answers 429.
# hanging: says nothing. dropping: takes it and cuts the line. late: takes it and answers when nobody waits.
# dripping: takes it and answers letter by letter; dripping_headers: does so above the answer.
# away_to: sends elsewhere. no: answers 200 that it did not take it.
DRIPS = {"dripping", "dripping_headers"}
TAKES = {"well", "slow", "dropping", "late"} | DRIPS
ANSWERS = {"failing": 500, "refusing": 400, "busy": 429}


class Messages:
    """What was taken, and how the gateway is today."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.mode, self.seconds = "well", 0.0
        self.asked: Counter[str] = Counter()
        self.sent: dict[str, dict[str, Any]] = {}
        self.release = threading.Event()
        # Lines on which it drips: whoever has had enough cuts his.
        self.dripping = 0

    def take(self, message: dict[str, Any]) -> str:
        with self.lock:
            self.asked[message["reference"]] += 1
            if self.mode in TAKES:
                self.sent.setdefault(message["reference"], message)
            return self.mode

    def change(self, told: dict[str, Any]) -> None:
        with self.lock:
            # Whoever hangs, hangs no more.
            self.release.set()
            self.release = threading.Event()
            self.mode, self.seconds = told["mode"], told.get("seconds", 0.0)


MESSAGES = Messages()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self) -> None:
        told = self._told(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.path == "/mode":
            MESSAGES.change(told)
            self._answer(200, {})
            return
        mode, release, seconds = MESSAGES.take(told), MESSAGES.release, MESSAGES.seconds
        if mode in {"slow", "hanging", "late"}:
            release.wait(seconds)
        if mode in {"hanging", "dropping"}:
            self.close_connection = True
            return
        if mode == "away_to":
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if mode in DRIPS:
            self._drip(release, inside_headers=mode == "dripping_headers")
            return
        self._answer(
            ANSWERS.get(mode, 200),
            {"status": "no" if mode == "no" else "queued", "data": {"id": told["reference"][:8]}},
        )

    def _told(self, body: str) -> dict[str, Any]:
        if self.headers["Content-Type"].startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(body, keep_blank_values=True))
        told: dict[str, Any] = json.loads(body)
        return told

    def do_GET(self) -> None:
        with MESSAGES.lock:
            self._answer(200, {"sent": MESSAGES.sent, "asked": dict(MESSAGES.asked), "dripping": MESSAGES.dripping})

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def _drip(self, release: threading.Event, *, inside_headers: bool) -> None:
        MESSAGES.dripping += 1
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Never-Ends: " if inside_headers else b"HTTP/1.1 200 OK\r\n\r\n")
            while not release.wait(0.1):
                self.wfile.write(b" ")
        except OSError:
            self.close_connection = True
        finally:
            MESSAGES.dripping -= 1

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.daemon_threads = True
    server.serve_forever()
