"""Files fetched from a server on this machine: whole, of the right type and size, or not at all."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from scripts import fetch

GOOD = b'{"releases": []}'
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/good.json": (200, {"Content-Length": str(len(GOOD))}, GOOD),
    "/good.json.gz": (200, {}, gzip.compress(GOOD)),
    "/moved.json": (302, {"Location": "/good.json"}, b""),
    "/page.json": (200, {}, b"<!doctype html>"),
    "/short.json": (200, {"Content-Length": "99"}, GOOD),
    "/empty.json": (200, {}, b""),
    "/missing.json": (404, {}, b""),
    "/large.json": (200, {"Content-Length": "2000000000"}, GOOD),
    "/endless.json": (200, {}, b"{" + b" " * 3000),
    "/elsewhere.json": (302, {"Location": "http://example.org/good.json"}, b""),
}


@pytest.fixture
def server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, content = ANSWERS[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["good.json", "good.json.gz", "moved.json"])
def test_a_good_file_is_fetched(server: str, tmp_path: Path, name: str) -> None:
    assert fetch.main([str(tmp_path), f"{server}/{name}"]) == 0
    assert (tmp_path / name).read_bytes() == (ANSWERS[f"/{name}"][2] or GOOD)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("page.json", "it is no JSON: it begins with '<!doctype html>'"),
        ("short.json", "99"),
        ("empty.json", "0 bytes"),
        ("missing.json", "Not Found"),
        ("large.json", "at most 1,000 are fetched"),
        ("endless.json", "more than 1,000 bytes"),
        ("elsewhere.json", "does not begin with https:"),
        ("", "does not end with the name of a file"),
    ],
)
def test_any_other_is_named_and_no_file_is_left(
    server: str,
    tmp_path: Path,
    name: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetch.fetch, "__defaults__", (1000,))
    assert fetch.main([str(tmp_path), f"{server}/good.json", f"{server}/{name}"]) == 1
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["http://example.org/a.json", "file:///etc/passwd", "ftp://example.org/a.json"])
def test_only_safe_addresses_are_asked(tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert fetch.main([str(tmp_path), address]) == 1
    assert "does not begin with https:" in capsys.readouterr().err
