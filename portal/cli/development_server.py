"""`serve`: the site on this machine, built again and reloaded in the browser on every change.

Each build runs in a process of its own, so that a change to any file counts and no mistake ends the server. The last
good pages stay up; what is wrong is printed and shown above them.
"""

from __future__ import annotations

import html
import io
import ipaddress
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from watchfiles import watch

from portal.core.problems import UsageError
from portal.core.processes import Stopped

_EVENTS = "/__serve__/events"
_SCRIPT = "/__serve__/reload.js"

# Shown as an element of its own because the pages' Content Security Policy allows no inline style or script.
_RELOAD = f"""
const events = new EventSource("{_EVENTS}");
events.addEventListener("build", (event) => {{
  const {{ build, problems }} = JSON.parse(event.data);
  const first = document.documentElement.dataset.build;
  if (first === undefined) document.documentElement.dataset.build = build;
  else if (first !== String(build)) location.reload();
  document.getElementById("serve-problems")?.remove();
  if (!problems) return;
  const box = document.createElement("pre");
  box.id = "serve-problems";
  box.setAttribute("role", "alert");
  box.textContent = problems;
  Object.assign(box.style, {{ margin: 0, padding: "1rem", background: "#7a0014", color: "#fff",
    font: "15px/1.6 sans-serif", whiteSpace: "pre-wrap", position: "sticky", top: 0, zIndex: 99,
    maxHeight: "50vh", overflow: "auto" }});
  document.body.prepend(box);
}});
"""


@dataclass(slots=True)
class _State:
    """What the last build said, and how many there were."""

    build: int = 0
    problems: str = ""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def report(self, problems: str) -> None:
        """A build ended; "" when all was well."""
        with self.changed:
            if not problems:
                self.build += 1
            self.problems = problems
            self.changed.notify_all()

    def said(self) -> str:
        """All of it, as JSON."""
        return json.dumps({"build": self.build, "problems": self.problems})


class _Server(ThreadingHTTPServer):
    """Listens at a name or an address, of IPv4 or IPv6."""

    daemon_threads = True

    def __init__(self, host: str, port: int, handler: partial[_Handler]) -> None:
        """Raises OSError, OverflowError or UnicodeError where there is no such address, or it cannot be had."""
        self.address_family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0][0]
        super().__init__((host, port), handler)

    def handle_error(self, request: object, client_address: object) -> None:
        # A browser that goes away in the midst of an answer is not an error.
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def serve(command: Sequence[str], watched: Sequence[Path], output: Path, base_path: str, host: str, port: int) -> None:
    """Build with `command`, serve `output` at `http://host:port<base_path>`, and build again on every change.

    `watched` names the files and folders that the site depends on. Ends with KeyboardInterrupt. Raises UsageError
    where the port cannot be had.
    """
    state = _State()
    handler = partial(_Handler, state=state, base_path=base_path, host=host, directory=str(output))
    try:
        server = _Server(host, port, handler)
    except (OSError, OverflowError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "there is no such address"
        raise UsageError(f"cannot listen on {host}:{port}: {why}. Choose another --host or --port.") from None
    requests: list[int] = []

    def stop(number: int, _: object) -> None:
        requests.append(number)
        raise KeyboardInterrupt

    # A shell starts what runs in the background with the interrupt turned off; whoever sends one means it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shown = f"[{host}]" if ":" in host else host
    print(f"Serving http://{shown}:{server.server_port}{base_path} (Ctrl-C stops)", flush=True)
    try:
        _build(command, state)
        for _ in watch(*[path for path in watched if path.exists()], debounce=200, raise_interrupt=True):
            print("Changed; building again …", flush=True)
            _build(command, state)
    except KeyboardInterrupt as error:
        # The watcher raises one of its own, whatever the request was.
        raise Stopped(signal.SIGTERM) if requests == [signal.SIGTERM] else error from None
    finally:
        server.shutdown()
        server.server_close()


def is_meant(name: str, host: str) -> bool:
    """Whether who asks for `name`, as the Host header has it, means the server that listens at `host`.

    Any page on the web may have its own name lead to this machine, and then read what is served under it (DNS
    rebinding): drafts, here. No page can do that with an address, or with a name that is asked of nobody.
    """
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[\w.-]+)(:[0-9]*)?", name.lower(), re.ASCII)
    if not found:
        return False
    asked = found[1].strip("[]").removesuffix(".")
    if asked in ("localhost", host.lower()):
        return True
    everywhere = host in ("", "0.0.0.0", "::")
    try:
        address = ipaddress.ip_address(asked)
        return everywhere or address.is_loopback
    except ValueError:
        return everywhere and asked in (socket.gethostname().lower(), socket.getfqdn().lower())


def _build(command: Sequence[str], state: _State) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, encoding="utf-8") as process:
        try:
            said, errors = process.communicate()
        except KeyboardInterrupt:
            process.terminate()
            raise
    if process.returncode == 0:
        print("Built.", flush=True)
        state.report("")
        return
    try:
        lines = [problem["text"] for problem in json.loads(said)["problems"]]
    except (ValueError, KeyError):
        lines = [errors.strip()]
    text = "\n".join([*lines, "The pages below are the last good ones."])
    print(text, file=sys.stderr, flush=True)
    state.report(text)


class _Handler(SimpleHTTPRequestHandler):
    """Serves the site's folder below its base path, each page with the script that reloads it."""

    timeout = 60
    """Seconds to wait for a request, and for a browser to take what it asked for."""

    def __init__(self, *args: object, state: _State, base_path: str, host: str, directory: str) -> None:
        self.state = state
        self.base_path = base_path
        self.host = host
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        names = self.headers.get_all("Host", [])
        if len(names) == 1 and is_meant(names[0], self.host):
            return True
        explanation = "This is a server of drafts, for this machine. To use another name, give it as --host."
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST, explain=explanation)
        return False

    def do_GET(self) -> None:
        try:
            path = urlsplit(self.path).path
        except ValueError:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        if path == _EVENTS:
            self._events()
        elif path == _SCRIPT:
            self._send(HTTPStatus.OK, "text/javascript; charset=utf-8", io.BytesIO(_RELOAD.encode()))
        elif not path.startswith(self.base_path):
            self._redirect(HTTPStatus.FOUND, self.base_path)
        else:
            self._page(path)

    do_HEAD = do_GET

    def _page(self, path: str) -> None:
        """Answer with a file of the site, or with its page for what is not there."""
        root = Path(self.directory).resolve()
        try:
            file = root / unquote(path[len(self.base_path) :])
            if path.endswith("/"):
                file /= "index.html"
            elif file.is_dir() and file.resolve().is_relative_to(root):
                self._redirect(HTTPStatus.MOVED_PERMANENTLY, path + "/")
                return
            status, content = HTTPStatus.OK, _open(file, root)
        # A name that no file can have: too long, or with a NUL.
        except (OSError, ValueError):
            status = HTTPStatus.NOT_FOUND
            file, content = self._not_found(path, root)
        with content:
            kind = self.guess_type(str(file))
            etag = f'"{os.fstat(content.fileno()).st_mtime_ns:x}"' if status == HTTPStatus.OK else ""
            if file.suffix == ".html":
                script = f'<script src="{_SCRIPT}" defer></script></body>'.encode()
                content = io.BytesIO(content.read().replace(b"</body>", script))
            self._send(status, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, content, etag)

    def _not_found(self, path: str, root: Path) -> tuple[Path, BinaryIO]:
        """The 404 page of the site in the language of the path, else of the first; the placeholder where none is."""
        language = unquote(path[len(self.base_path) :]).partition("/")[0]
        for file in (root / language / "404.html", root / "404.html"):
            with suppress(OSError, ValueError):
                return file, _open(file, root)
        return root / "404.html", io.BytesIO(self._placeholder())

    def _redirect(self, status: HTTPStatus, path: str) -> None:
        self.send_response(status)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _placeholder(self) -> bytes:
        text = html.escape(self.state.problems or "The site is being built …")
        return f"<!doctype html><meta charset=utf-8><title>serve</title><body><pre>{text}</pre></body>".encode()

    def _send(self, status: HTTPStatus, kind: str, content: BinaryIO, etag: str = "") -> None:
        """Answer with `content`, or with the part of it that is asked for, where `etag` says that there are parts."""
        size = content.seek(0, os.SEEK_END)
        first, end = 0, size
        part = self._part(size) if etag and self.headers.get("If-Range", etag) == etag else None
        if part is not None:
            (first, end), status = part, HTTPStatus.PARTIAL_CONTENT
            if first >= end:
                self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                self.send_header("Content-Range", f"bytes */{size}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(end - first))
        self.send_header("Cache-Control", "no-store")
        if etag:
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("ETag", etag)
        if part is not None:
            self.send_header("Content-Range", f"bytes {first}-{end - 1}/{size}")
        self.end_headers()
        content.seek(first)
        while self.command == "GET" and first < end and (data := content.read(min(end - first, 1 << 16))):
            self.wfile.write(data)
            first += len(data)

    def _part(self, size: int) -> tuple[int, int] | None:
        """The bytes that are asked for, from the first to the end; (0, 0) where there are none of them.

        None where all are: also where several parts are, which a server need not understand (RFC 9110, 14.2).
        """
        found = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", self.headers.get("Range", "").replace(" ", ""))
        if self.command != "GET" or not found or found.groups() == ("", ""):
            return None
        first, last = found.groups()
        if not first:
            return max(size - int(last), 0), size
        if last and int(last) < int(first):
            return None
        end = min(int(last) + 1, size) if last else size
        return (int(first), end) if int(first) < end else (0, 0)

    def _events(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        said = ""
        while self.command == "GET":
            with self.state.changed:
                if said == self.state.said():
                    # Also without news, now and then, so that a closed browser is noticed.
                    self.state.changed.wait(timeout=15)
                said = self.state.said()
            self.wfile.write(f"event: build\ndata: {said}\n\n".encode())

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news."""


def _open(file: Path, root: Path) -> BinaryIO:
    """Open a file of the site. Raises OSError where it is none, or stands outside by a link."""
    if not file.resolve().is_relative_to(root) or not file.is_file():
        raise FileNotFoundError(file)
    return file.open("rb")
