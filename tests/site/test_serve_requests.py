"""What `serve` answers to requests that no browser of ours sends, and to whom."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from portal.cli.development_server import is_meant, serve
from portal.core.problems import UsageError

from tests.building import BUILD, SAMPLE, run_build
from tests.site.stopping import names

SECRET = "นี่คือร่าง"


@dataclass
class Server:
    port: int
    site: Path

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body

    def say(self, request: bytes) -> bytes:
        """Send this and nothing more; returns all that is answered."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while data := connection.recv(1 << 16):
                answer += data
            return answer


def started(*arguments: str | Path) -> tuple[subprocess.Popen[str], str]:
    """A serve that builds its site, and its first line."""
    process = subprocess.Popen(
        [sys.executable, "-u", BUILD, "serve", "--port", "0", "--jobs", "1", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    return process, process.stdout.readline()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What it says but that it was stopped is a failure: it must not be moved to any."""
    folder = tmp_path_factory.mktemp("serve")
    (folder / "outside").mkdir()
    for name in ("secret.html", "index.html", "secret.txt"):
        (folder / "outside" / name).write_text(SECRET, "utf-8")
    process, first = started("--package", shutil.copytree(SAMPLE, folder / "package"), "--output", folder / "site")
    found = re.fullmatch(r"Serving http://127\.0\.0\.1:(\d+)/ \(Ctrl-C stops\)\n", first)
    assert found
    said: list[str] = []
    assert process.stdout is not None
    while "Built." not in process.stdout.readline():
        assert process.poll() is None
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()))
    reader.start()
    os.symlink(folder / "outside", folder / "site" / "linked")
    os.symlink(folder / "outside" / "secret.txt", folder / "site" / "linked.txt")
    yield Server(int(found[1]), folder / "site")
    process.send_signal(signal.SIGINT)
    code = process.wait(timeout=10)
    reader.join()
    process.stdout.close()
    assert (code, said) == (130, ["build.py: stopped\n"])


# Whom it answers.


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST:{port}", "127.0.0.1:{port}", "127.8.9.1", "[::1]:{port}"])
def test_names_of_this_machine_are_answered(server: Server, name: str) -> None:
    assert server.ask("/", Host=name.format(port=server.port))[0].status == 200


@pytest.mark.parametrize(
    "name",
    ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.1", "", "["],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/__serve__/events", "http://localhost/"])
def test_a_name_that_another_page_may_have_led_here_reads_nothing(
    server: Server, name: str, method: str, path: str
) -> None:
    response, body = server.ask(path, method, Host=name.format(port=server.port))
    assert response.status == 421
    assert "--host" in body.decode() or method == "HEAD"


def test_who_names_no_host_or_two_reads_nothing(server: Server) -> None:
    for head in (b"", b"Host: localhost\r\nHost: evil.example\r\n"):
        assert server.say(b"GET / HTTP/1.1\r\n" + head + b"\r\n").startswith(b"HTTP/1.0 421 ")


@pytest.mark.parametrize(
    ("name", "host", "meant"),
    [
        ("portal.city.example:8000", "portal.city.example", True),
        ("other.city.example", "portal.city.example", False),
        ("192.168.1.5", "192.168.1.5", True),
        ("192.168.1.5", "0.0.0.0", True),
        ("[2001:db8::1]:8000", "::", True),
        (socket.gethostname(), "0.0.0.0", True),
        (socket.gethostname(), "192.168.1.5", False),
        ("evil.example", "0.0.0.0", False),
        ("evil.example", "", False),
        ("localhost.", "127.0.0.1", True),
        ("user@localhost", "127.0.0.1", False),
        ("localhost/evil.example", "127.0.0.1", False),
    ],
)
def test_a_server_for_others_answers_addresses_and_its_own_name(name: str, host: str, meant: bool) -> None:
    assert is_meant(name, host) == meant


# Odd requests. That none ends in a traceback is for the fixture to say.


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /%00 HTTP/1.1", 404),
        (b"GET /\0 HTTP/1.1", 404),
        (b"GET /%ff%fe/ HTTP/1.1", 404),
        (b"GET /\xe0\xb9 HTTP/1.1", 404),
        (b"GET /%zz%e HTTP/1.1", 404),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1", 404),
        (b"HEAD /" + b"a/" * 20_000 + b" HTTP/1.1", 404),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1", 414),
        (b"GET /../../../etc/passwd HTTP/1.1", 404),
        (b"GET //etc/passwd HTTP/1.1", 404),
        (b"GET /%2Fetc%2Fpasswd HTTP/1.1", 404),
        (b"GET /..%5c..%5cbuild.py HTTP/1.1", 404),
        (b"GET /C:/Windows/ HTTP/1.1", 404),
        (b"GET /index.html/ HTTP/1.1", 404),
        (b"GET /index.html. HTTP/1.1", 404),
        (b"GET //evil.example/.. HTTP/1.1", 404),
        (b"GET http://localhost/about/ HTTP/1.1", 200),
        (b"GET http://[/ HTTP/1.1", 400),
        (b"GET http://[::1/about/ HTTP/1.1", 400),
        (b"GET * HTTP/1.1", 302),
        (b"GET / HTTP/9.9", 505),
        (b"GET / HTTP/x", 400),
        (b"GET / / HTTP/1.1", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1", 501),
        (b"PUT /x HTTP/1.1\r\nContent-Length: 99999999999999999999", 501),
        (b"OPTIONS * HTTP/1.1", 501),
        (b"TRACE / HTTP/1.1", 501),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400),
    ],
)
def test_an_odd_request_is_answered_with_a_status(server: Server, request_line: bytes, status: int) -> None:
    answer = server.say(request_line + b"\r\nHost: localhost\r\n\r\n")
    # To a version that it cannot read, it answers as the first one did, without a head.
    found = re.search(rb"\AHTTP/1\.[01] (\d+) |Error code: (\d+)", answer)
    assert found, answer[:200]
    assert int(found[1] or found[2]) == status
    assert SECRET.encode() not in answer
    assert b"root:" not in answer


def test_http_0_9_and_silence_do_no_harm(server: Server) -> None:
    assert SECRET.encode() not in server.say(b"GET /\r\n\r\n")
    assert server.say(b"") == b""
    assert server.say(b"GET / HTTP/1.1") is not None


def test_a_browser_that_goes_away_is_no_error(server: Server) -> None:
    for path in ("/", "/assets/nothing", "/__serve__/events"):
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        # Reset instead of an orderly end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
    assert server.ask("/")[0].status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path", ["/linked/secret.html", "/linked/", "/linked", "/linked.txt", "/%6cinked/../linked/secret.txt"]
)
def test_no_link_leads_out_of_the_site(server: Server, method: str, path: str) -> None:
    response, body = server.ask(path, method)
    assert response.status == 404
    assert int(response.headers["Content-Length"]) != len(SECRET.encode())
    assert SECRET.encode() not in body


@pytest.mark.parametrize("path", ["/", "/about/", "/about", "/data/projects.csv", "/nowhere/", "/__serve__/reload.js"])
def test_head_says_what_get_says_and_sends_nothing(server: Server, path: str) -> None:
    get, body = server.ask(path)
    head, nothing = server.ask(path, "HEAD")
    assert (head.status, nothing) == (get.status, b"")
    assert int(get.headers["Content-Length"]) == len(body)
    assert {**head.headers, "Date": ""} == {**get.headers, "Date": ""}
    assert server.ask("/__serve__/events", "HEAD")[1] == b""


# Parts of files.


@pytest.mark.parametrize(
    ("part", "first", "end"),
    [
        ("0-99", 0, 100),
        ("100-", 100, None),
        ("-7", -7, None),
        ("5-5", 5, 6),
        ("3-99999999999999", 3, None),
        ("-99999999", 0, None),
    ],
)
def test_a_part_of_a_file_is_sent_as_a_static_host_does(server: Server, part: str, first: int, end: int | None) -> None:
    whole = (server.site / "data" / "projects.csv").read_bytes()
    response, body = server.ask("/data/projects.csv", Range=f"bytes={part}")
    assert (response.status, body) == (206, whole[first:end])
    at = first if first >= 0 else len(whole) + first
    assert response.headers["Content-Range"] == f"bytes {at}-{at + len(body) - 1}/{len(whole)}"
    assert response.headers["Content-Length"] == str(len(body))


@pytest.mark.parametrize("part", ["bytes=99999999-", "bytes=-0", "bytes=999999999999999-9999999999999999"])
def test_a_part_that_is_not_there_is_refused_with_the_size(server: Server, part: str) -> None:
    size = (server.site / "data" / "projects.csv").stat().st_size
    response, body = server.ask("/data/projects.csv", Range=part)
    assert (response.status, body, response.headers["Content-Range"]) == (416, b"", f"bytes */{size}")


@pytest.mark.parametrize(
    "part", ["bytes=5-2", "bytes=0-1,4-5", "lines=0-1", "bytes=-", "bytes=a-b", "bytes=0-" + "9" * 5000, "bytes=²-3"]
)
def test_a_range_that_is_not_understood_gets_the_whole_file(server: Server, part: str) -> None:
    response, body = server.ask("/data/projects.csv", Range=part)
    assert (response.status, body) == (200, (server.site / "data" / "projects.csv").read_bytes())


def test_a_part_of_a_file_that_has_changed_since_is_the_whole_file(server: Server) -> None:
    etag = server.ask("/data/projects.csv")[0].headers["ETag"]
    assert server.ask("/data/projects.csv", Range="bytes=0-1", If_Range=etag)[0].status == 206
    for other in ('"other"', "Thu, 01 Jan 1970 00:00:00 GMT"):
        assert server.ask("/data/projects.csv", Range="bytes=0-1", If_Range=other)[0].status == 200
    assert server.ask("/nowhere/", Range="bytes=0-1")[0].status == 404


# Where it listens.


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("127.0.0.1", 99999),
        ("127.0.0.1", -1),
        ("nowhere.invalid", 0),
        ("a" * 64 + ".example", 0),
        ("192.0.2.1", 0),
        ("256.0.0.1:80", 0),
    ],
)
def test_an_address_that_cannot_be_had_is_said_in_words(tmp_path: Path, host: str, port: int) -> None:
    with pytest.raises(UsageError, match=r"cannot listen on \S+: .+\. Choose another --host or --port\.$"):
        serve([], [], tmp_path, "/", host, port)


def test_a_port_in_use_is_said_in_words(server: Server, tmp_path: Path) -> None:
    ended = run_build("serve", "--output", tmp_path / "site", "--port", str(server.port))
    assert (ended.returncode, ended.stderr) == (
        2,
        f"build.py: cannot listen on 127.0.0.1:{server.port}: Address already in use. "
        "Choose another --host or --port.\n",
    )


def test_serve_listens_on_ipv6_and_ends_with_its_build_when_asked_to(tmp_path: Path) -> None:
    process, first = started("--host", "::1", "--package", SAMPLE, "--output", tmp_path / "site")
    found = re.search(r"http://\[::1\]:(\d+)/", first)
    assert found
    connection = HTTPConnection("::1", int(found[1]), timeout=10)
    connection.request("GET", "/")
    assert b"The site is being built" in connection.getresponse().read()
    connection.close()
    while not names(tmp_path):
        time.sleep(0.05)
    process.terminate()
    said, _ = process.communicate(timeout=10)
    assert (process.returncode, said) == (143, "build.py: stopped\n")
    assert names(tmp_path) == []
