"""`serve`: the site on this machine, built again and reloaded in the browser on every change.

Each build runs in a process of its own, so that a change to any file counts and no mistake ends the server. The last
good pages stay up; what is wrong is printed and shown above them.
"""

from __future__ import annotations

import html
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchfiles import watch

from portal.problems import UsageError

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


def serve(command: Sequence[str], watched: Sequence[Path], output: Path, base_path: str, host: str, port: int) -> None:
    """Build with `command`, serve `output` at `http://host:port<base_path>`, and build again on every change.

    `watched` names the files and folders that the site depends on. Ends with KeyboardInterrupt. Raises UsageError
    where the port cannot be had.
    """
    state = _State()
    handler = partial(_Handler, state=state, base_path=base_path, directory=str(output))
    try:
        server = ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}. Choose another --port.") from None
    server.daemon_threads = True
    # A shell starts what runs in the background with the interrupt turned off; whoever sends one means it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Serving http://{host}:{server.server_port}{base_path} (Ctrl-C stops)", flush=True)
    try:
        _build(command, state)
        for _ in watch(*[path for path in watched if path.exists()], debounce=200, raise_interrupt=True):
            print("Changed; building again …", flush=True)
            _build(command, state)
    finally:
        server.shutdown()
        server.server_close()


def _build(command: Sequence[str], state: _State) -> None:
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if result.returncode == 0:
        print("Built.", flush=True)
        state.report("")
        return
    try:
        lines = [problem["text"] for problem in json.loads(result.stdout)["problems"]]
    except (ValueError, KeyError):
        lines = [result.stderr.strip()]
    text = "\n".join([*lines, "The pages below are the last good ones."])
    print(text, file=sys.stderr, flush=True)
    state.report(text)


class _Handler(SimpleHTTPRequestHandler):
    """Serves the site's folder below its base path, each page with the script that reloads it."""

    def __init__(self, *args: object, state: _State, base_path: str, directory: str) -> None:
        self.state = state
        self.base_path = base_path
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == _EVENTS:
            self._events()
        elif path == _SCRIPT:
            self._send(HTTPStatus.OK, "text/javascript; charset=utf-8", _RELOAD.encode())
        elif not path.startswith(self.base_path):
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", self.base_path)
            self.end_headers()
        else:
            self._page(path)

    def _page(self, path: str) -> None:
        root = Path(self.directory).resolve()
        file = (root / unquote(path[len(self.base_path) :])).resolve()
        if not file.is_relative_to(root):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        if file.is_dir() and not path.endswith("/"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", path + "/")
            self.end_headers()
            return
        file = file / "index.html" if file.is_dir() else file
        status = HTTPStatus.OK
        if not file.is_file():
            status, file = HTTPStatus.NOT_FOUND, root / "404.html"
        body = file.read_bytes() if file.is_file() else self._placeholder()
        kind = self.guess_type(str(file))
        if file.suffix == ".html":
            script = f'<script src="{_SCRIPT}" defer></script></body>'.encode()
            body, kind = body.replace(b"</body>", script), "text/html; charset=utf-8"
        self._send(status, kind, body)

    def _placeholder(self) -> bytes:
        text = html.escape(self.state.problems or "The site is being built …")
        return f"<!doctype html><meta charset=utf-8><title>serve</title><body><pre>{text}</pre></body>".encode()

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def _events(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            while True:
                with self.state.changed:
                    said = json.dumps({"build": self.state.build, "problems": self.state.problems})
                    self.wfile.write(f"event: build\ndata: {said}\n\n".encode())
                    self.wfile.flush()
                    # Also without news, now and then, so that a closed browser is noticed.
                    self.state.changed.wait(timeout=15)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news."""
