"""A mail server that speaks SMTP, in a thread: it keeps what it takes, and fails or is silent when told to."""

import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from types import TracebackType
from typing import Self


class MailServer(ThreadingTCPServer):
    """What was taken, and how the server is today.

    Attributes:
        mode: well: takes it. failing: answers 451. refusing: knows no such address. hanging: takes the call and says
            nothing. dropping: takes it and cuts the line. dripping: greets letter by letter, dripping_late: takes it
            and says so letter by letter.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.mode = "well"
        self.taken: list[EmailMessage] = []
        self.calls = 0
        self.stopped = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def names(self) -> list[str]:
        """The Message-IDs of what was taken: a mail program shows each once."""
        return [letter["Message-ID"] for letter in self.taken]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stopped.set()
        self.shutdown()
        self.server_close()


class Conversation(StreamRequestHandler):
    """One call."""

    server: MailServer

    def handle(self) -> None:
        self.server.calls += 1
        mode = self.server.mode
        try:
            if mode == "hanging":
                self.server.stopped.wait()
            elif mode == "dripping":
                self._drip()
            else:
                self._say("220 ready")
                self._listen(mode)
        except OSError:
            pass

    def _listen(self, mode: str) -> None:
        answers: dict[bytes, Callable[[], bool]] = {
            b"DATA": lambda: self._take(mode),
            b"RCPT": lambda: self._say("550 nobody of that name" if mode == "refusing" else "250 ok"),
            b"QUIT": lambda: not self._say("221 bye"),
        }
        while line := self.rfile.readline():
            if not answers.get(line[:4].upper(), lambda: self._say("250 ok"))():
                return

    def _take(self, mode: str) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        if mode == "failing":
            return self._say("451 not now")
        self.server.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        if mode == "dripping_late":
            self._drip()
        return mode not in {"dropping", "dripping_late"} and self._say("250 taken")

    def _say(self, words: str) -> bool:
        self.wfile.write(f"{words}\r\n".encode())
        return True

    def _drip(self) -> None:
        self.wfile.write(b"2")
        while not self.server.stopped.wait(0.05):
            self.wfile.write(b"5")
