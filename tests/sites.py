"""Sites of the fictional package, each built once for all test processes, and a real browser to open them in."""

from __future__ import annotations

import fcntl
import io
import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.building import ROOT, SAMPLE, run_build
from tests.dozen import make
from tests.repository import Repository

# The libraries that drive browsers are imported where a browser is opened: no test of a single module needs them, and
# every process of the tests would wait for them.
if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from benchmarks.browsers import Driver


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this run of the tests, the same for all its processes."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


@pytest.fixture(scope="session")
def built(shared: Path) -> Callable[..., Path]:
    """Builds a site with the given arguments, once, and returns its folder."""

    def build(name: str, *arguments: str | Path) -> Path:
        output = shared / f"site-{name}"
        with (shared / f"site-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not output.exists():
                result = run_build("--output", output, "--jobs", "2", *arguments)
                assert result.returncode == 0, result.stdout + result.stderr
        return output

    return build


@pytest.fixture(scope="session")
def sample_site(built: Callable[..., Path]) -> Path:
    return built("sample", "--package", SAMPLE)


@pytest.fixture(scope="session")
def any_site(sample_site: Path) -> Path:
    """The site that is held to what every site is held to; in `tests/bangkok` that of the city."""
    return sample_site


@pytest.fixture(scope="session")
def any_content() -> Path:
    """The folder of the content pages of that site."""
    return ROOT / "content"


@pytest.fixture(scope="session")
def repository(shared: Path) -> Repository:
    """The repository of a dozen commits, made by whichever process comes first."""
    root = shared / "history" / "repository"
    with (shared / "repository.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = Repository(root) if root.exists() else make(root)
    made.paths["projects"] = "tables/all.csv"
    return made


@pytest.fixture(scope="session")
def history_site(repository: Repository, built: Callable[..., Path]) -> Path:
    return built("history", "--package", repository.folder, "--base-url", "https://city.example/")


LISTENER = Path(__file__).parent / "site" / "complaints.js"


class QuietHandler(SimpleHTTPRequestHandler):
    """Sends files, and to WebKit each page with a script that listens: nothing else tells what its console shows."""

    def send_head(self) -> Any:
        agent, path = self.headers.get("User-Agent", ""), Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() and urlsplit(self.path).path.endswith("/") else path
        if "Version/" not in agent or not ((path.suffix == ".html" and path.is_file()) or path.name == LISTENER.name):
            return super().send_head()
        if path.name == LISTENER.name:
            kind, body = "text/javascript", LISTENER.read_bytes()
        else:
            kind = "text/html"
            body = path.read_bytes().replace(b"<head>", f'<head><script src="/{LISTENER.name}"></script>'.encode(), 1)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def served() -> Iterator[Callable[..., str]]:
    """Serves a folder as a plain static server does, and returns its address without the last slash."""
    servers = []

    def serve(folder: Path, handler: type[SimpleHTTPRequestHandler] = QuietHandler) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    from benchmarks.browsers import CHROMIUM, FLAGS, executable

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(*CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def firefox() -> Iterator[Driver]:
    from benchmarks.browsers import open_browser

    with open_browser("firefox") as browser:
        yield browser


@pytest.fixture(scope="session")
def webkit() -> Iterator[Driver]:
    from benchmarks.browsers import open_browser

    with open_browser("webkit") as browser:
        yield browser


@pytest.fixture(scope="module", params=["chromium", "firefox", "webkit"])
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Each browser; it is started once, by the first test that wants it."""
    from benchmarks.browsers import Chromium

    browser = request.getfixturevalue(request.param)
    if request.param == "chromium":
        page = browser.new_page()
        yield Chromium(page)
        page.close()
    else:
        browser.open("about:blank")
        browser.resize(1280, 720)
        yield browser


@pytest.fixture(scope="module")
def base(any_site: Path, served: Callable[[Path], str]) -> str:
    return served(any_site)


@pytest.fixture
def printed(chromium: Browser, served: Callable[[Path], str], tmp_path: Path) -> Callable[[Path, str], Any]:
    """What a page of a site prints, as a PDF that is read back."""
    import pypdfium2

    def print_page(site: Path, path: str) -> Any:
        page = chromium.new_page(color_scheme="dark")
        page.goto(served(site) + path)
        page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
        page.close()
        return pypdfium2.PdfDocument(tmp_path / "sheet.pdf")

    return print_page
