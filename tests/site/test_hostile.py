"""Data that mean harm build a harmless page, or are refused with place and reason: see `hostile.py` for the cases."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest
from lxml import etree
from playwright.sync_api import Browser, Dialog
from selectolax.lexbor import LexborHTMLParser as Html

from portal.core.config import read_config
from portal.core.text import FORBIDDEN

from tests.building import ROOT, SAMPLE, copy_program, run_build
from tests.pages import read_records
from tests.site.hostile import (
    FIRST,
    HARMLESS,
    MARK,
    REFUSED,
    SECRET,
    TEXTS,
    Harmless,
    Package,
    Refused,
    git,
    id_of,
    make_harmless,
    make_refused,
    million,
    with_a_signed_commit,
    with_settings_that_run_a_program,
)

WATCHED = Path(__file__).with_name("watched.py")
HOST = urlsplit(read_config(ROOT / "pyproject.toml").base_url).netloc

Run = dict[str, Any]


def watched(log: Path, command: str, *arguments: str | Path) -> list[Run]:
    """What the real command did, as the interpreter saw it."""
    result = subprocess.run(
        [sys.executable, WATCHED, log, command, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def strange(run: Run, *allowed: Path) -> list[str]:
    """The files opened that are neither the program's, nor the system's, nor below those `allowed`."""
    system = (ROOT, Path(sys.prefix), Path(sys.base_prefix), Path("/usr"), Path("/etc/localtime"), Path("/dev/null"))
    outside = [
        path for path in run["opened"] if not any(Path(path).is_relative_to(root) for root in (*system, *allowed))
    ]
    # Workbooks are made in files without a name of their own.
    return [path for path in outside if Path(path).parent != Path(tempfile.gettempdir())]


# Refused


@pytest.fixture(scope="session")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Run]]:
    """Every refused package with what a check of it did, all in one process of the command."""
    folder = tmp_path_factory.mktemp("refused")
    packages = [make_refused(folder, case) for case in REFUSED]
    runs = watched(folder / "log", "check-each", *packages)
    return {case.name: (package, run) for case, package, run in zip(REFUSED, packages, runs, strict=True)}


def test_there_are_many_cases_each_with_a_name_of_its_own() -> None:
    names = [*(case.name for case in REFUSED), *TEXTS, *(case.name for case in HARMLESS)]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_cannot_be_published_is_refused_with_place_and_reason(
    case: Refused, refusals: dict[str, tuple[Path, Run]]
) -> None:
    _, run = refusals[case.name]
    assert (run["code"], run["err"]) == (1, "")
    problems = json.loads(run["out"])["problems"]
    assert {problem["rule"] for problem in problems} - {"too-many-problems"} == {case.rule}
    for problem in problems:
        assert problem["text"].startswith(case.where), problem["text"]
        assert problem["message"].endswith(".")
        assert problem["text"].isprintable()
        assert len(problem["text"]) < 1_000
        assert SECRET not in json.dumps(problem)
    assert len(problems) <= 1_001


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_refused_package_leads_to_no_other_file_no_program_and_no_network(
    case: Refused, refusals: dict[str, tuple[Path, Run]]
) -> None:
    package, run = refusals[case.name]
    assert (strange(run, package), run["programs"], run["network"]) == ([], [], [])


@pytest.mark.parametrize(
    "name", ["nul", "path-remote", "table-is-a-link-out", "lists-in-lists", "note-is-a-pipe", "surrogate-in-a-note"]
)
def test_a_refused_package_leaves_the_last_good_site(
    name: str, refusals: dict[str, tuple[Path, Run]], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "build-info.json").write_text("good", "utf-8")
    result = run_build("--package", refusals[name][0], "--output", site, "--jobs", "1", timeout=60)
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.rglob("*") if path.is_file()] == [
        ("build-info.json", "good")
    ]


# Built


@pytest.fixture(scope="session")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> tuple[Package, Path, Run]:
    """The package that holds all that must build, its site, and what the build did."""
    folder = tmp_path_factory.mktemp("harmless")
    package, site = make_harmless(folder / "package"), folder / "out" / "site"
    (run,) = watched(folder / "log", "build", "--package", package.root, "--output", site, "--jobs", "1")
    assert run["code"] == 0, run["out"] + str(run["code"])
    return package, site, run


@pytest.fixture(scope="session")
def site(harmless: tuple[Package, Path, Run]) -> Path:
    return harmless[1]


def plain(text: str) -> str:
    """A text as HTML shows it."""
    return " ".join(text.replace("\0", "").split())


def texts(file: Path) -> str:
    """Whatever a reader sees of a file."""
    if file.suffix != ".html":
        return file.read_text("utf-8-sig").replace('""', '"') if file.suffix in (".csv", ".json", "") else ""
    body = Html(file.read_text("utf-8")).body
    assert body is not None
    return plain(body.text())


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_shown_as_the_text_that_it_is(name: str, site: Path) -> None:
    for prefix in ("", "en/"):
        page = Html((site / prefix / "projects" / id_of(name) / "index.html").read_text("utf-8"))
        title, text = page.css_first("h1"), plain(TEXTS[name])
        assert title is not None
        assert plain(title.text()) == text
        assert title.css("*") == [title]
        assert page.body is not None
        assert plain(page.body.text()).count(text) >= 4
        (described, *_) = page.css('script[type="application/ld+json"]')
        assert json.loads(described.text())["mainEntity"]["name"] == TEXTS[name].replace("\r\n", "\n")


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_the_same_in_the_data_and_in_the_feed(name: str, site: Path) -> None:
    folder = site / "projects" / id_of(name)
    assert read_records(site / "data")[id_of(name)]["title"] == TEXTS[name]
    feed = etree.parse(folder / "feed.xml", etree.XMLParser(resolve_entities=False))
    assert plain(TEXTS[name])[:40] in plain(" ".join(feed.getroot().itertext("{*}title")))


@pytest.mark.parametrize("case", HARMLESS, ids=lambda case: case.name)
def test_what_the_package_says_of_itself_is_shown_as_a_text(case: Harmless, site: Path) -> None:
    assert case.shown in texts(site / case.file)


def pages(site: Path) -> Iterator[tuple[str, Html]]:
    for path in sorted(site.rglob("*.html")):
        yield path.relative_to(site).as_posix(), Html(path.read_text("utf-8"))


FORBIDDEN_TAGS = "base, iframe, frame, object, embed, applet, style, math, meta[http-equiv=refresh]"
ADDRESSES = ("href", "src", "action", "formaction", "srcset", "data", "poster", "background", "ping", "xlink:href")


def harm(page: Html) -> Iterator[str]:
    """Whatever of a page came from data and is more than text."""
    yield from (f"<{node.tag}>" for node in page.css(FORBIDDEN_TAGS))
    for node in page.css("*"):
        for name, value in node.attributes.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                yield f"{node.tag} {name}={value}"
            if name in ADDRESSES and (wrong := wrong_address(node, value or "")):
                yield wrong
    for node in page.css("script"):
        kind, source = node.attributes.get("type"), node.attributes.get("src") or ""
        if kind == "application/ld+json" and not source:
            json.loads(node.text())
        elif not source.startswith("/assets/") or node.text().strip():
            yield f"script {node.attributes}"


def wrong_address(node: Any, value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme in ("", "https") and parts.netloc in ("", HOST):
        return None
    if node.tag == "a" and parts.scheme in ("http", "https", "") and "noopener" in (node.attributes.get("rel") or ""):
        return None
    return None if node.tag == "a" and parts.scheme == "mailto" else f"{node.tag} to {value}"


def test_no_page_has_an_element_an_attribute_or_an_address_from_data(site: Path) -> None:
    harms = {f"{name}: {harmful}" for name, page in pages(site) for harmful in harm(page)}
    assert harms == set()


def test_harm_would_be_seen() -> None:
    for text in (
        "<script>1</script>",
        "<script src=//evil.example/x.js></script>",
        "<b onclick=x>",
        "<a href=javascript:x>",
        "<a href=https://evil.example>",
        "<img src=https://evil.example/x>",
        "<base href=/>",
        "<p style=x>",
        "<meta http-equiv=refresh content=0>",
    ):
        assert list(harm(Html(text))), text


def test_nothing_published_holds_a_character_that_breaks_a_file_or_turns_what_is_read(site: Path) -> None:
    """Not even what stood in an earlier commit, which nobody checked."""
    for file in chain(site.rglob("*.html"), site.rglob("*.xml"), site.rglob("*.csv"), site.rglob("*.json")):
        text = file.read_text("utf-8")
        assert (FORBIDDEN.search(text), "\ufffd before" in text) == (None, False), file


def test_no_id_of_an_element_comes_twice_on_a_page(site: Path) -> None:
    for name, page in pages(site):
        ids = [node.attributes["id"] for node in page.css("[id]")]
        assert sorted(set(ids)) == sorted(ids), name


def test_feeds_and_maps_are_sound_xml_without_an_entity(site: Path) -> None:
    files = sorted(site.rglob("*.xml"))
    assert len(files) > 50
    for file in files:
        assert etree.parse(file, etree.XMLParser(resolve_entities=False)).docinfo.doctype == "", file


def test_what_a_feed_holds_as_html_is_harmless_too(site: Path) -> None:
    for file in sorted(site.rglob("feed.xml")):
        for content in etree.parse(file).iter("{http://www.w3.org/2005/Atom}content"):
            assert list(harm(Html(content.text or ""))) == [], file


def test_no_workbook_has_a_formula_a_link_or_a_macro(site: Path) -> None:
    for file in sorted((site / "data").glob("*.xlsx")):
        with zipfile.ZipFile(file) as parts:
            names = parts.namelist()
            assert not [name for name in names if "externalLink" in name or "vba" in name or "connections" in name], (
                file
            )
            assert not [name for name in names if b"<f>" in parts.read(name) or b"<hyperlink" in parts.read(name)], file
    book = openpyxl.load_workbook(file)
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b", "d"}
    values = {cell.value for row in book["projects"].iter_rows() for cell in row}
    # Excel reads _x003D_ as the sign =, unless the first sign of it is written so itself.
    assert {TEXTS["formula"], TEXTS["formula-of-a-program"], "_x005F_x003D_1+1 _x005F_x0000_"} <= values


def test_every_name_in_a_zip_is_of_a_file_in_its_own_folder(site: Path) -> None:
    archives = sorted(site.rglob("*.zip"))
    assert archives
    for file in archives:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                folder, *rest = entry.filename.split("/")
                assert folder == file.stem, entry.filename
                assert not {"", ".", ".."} & set(rest), entry.filename
                assert "\\" not in entry.filename
                assert entry.external_attr >> 16 & 0o170000 == 0o100000, "no link"


def test_the_site_has_plain_files_below_its_own_folder_alone(site: Path) -> None:
    assert [path.name for path in site.parent.iterdir()] == ["site"]
    assert (site / "build-info.json").is_file()
    for path in site.rglob("*"):
        assert not path.is_symlink(), path
        assert path.is_file() or path.is_dir(), path
        assert os.fsencode(path.name).decode("utf-8").isprintable(), path


def test_a_build_opens_no_file_outside_starts_no_program_of_the_data_and_turns_to_no_network(
    harmless: tuple[Package, Path, Run],
) -> None:
    package, site, run = harmless
    assert strange(run, package.root, site.parent) == []
    assert (set(run["programs"]) <= {"git", "pagefind"}, run["network"]) == (True, [])
    assert not (package.outside / MARK).exists()


def test_a_partial_clone_fetches_nothing_by_the_program_that_its_settings_name(tmp_path: Path) -> None:
    package = Package(tmp_path / "package")
    with_a_signed_commit(package)
    package.set("projects", "remarks", "new")
    with_a_signed_commit(package)
    with_settings_that_run_a_program(package)
    lacking = git(package.root, "rev-parse", "HEAD:data/projects.csv")
    (package.root / ".git" / "objects" / lacking[:2] / lacking[2:]).unlink()
    package.set("projects", "remarks", "newer")
    result = run_build("--package", package.root, "--output", tmp_path / "site", "--jobs", "1")
    assert result.returncode == 2
    assert "lacks files of its own history" in result.stderr
    assert not (package.outside / MARK).exists()


def test_the_watch_sees_a_file_a_program_and_a_call(tmp_path: Path) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import sys; sys.path.insert(0, sys.argv[1]); import watched, socket, subprocess\n"
        "sys.addaudithook(watched.watch)\n"
        "open('/etc/passwd').close(); subprocess.run(['true'])\n"
        "try: socket.create_connection(('127.0.0.1', 9), timeout=1)\n"
        "except OSError: pass\n"
        "assert '/etc/passwd' in watched.opened and 'true' in watched.programs\n"
        "assert any('socket.connect' in one for one in watched.network)\n",
        "utf-8",
    )
    assert subprocess.run([sys.executable, spy, WATCHED.parent]).returncode == 0


OPENED = (
    "script",
    "script-out-of-a-data-block",
    "picture-that-fails",
    "attribute",
    "template",
    "a-word-of-many-letters",
)


def test_a_browser_runs_nothing_and_asks_nobody(chromium: Browser, served: Callable[..., str], site: Path) -> None:
    address = served(site)
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []

    def refuse(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", refuse)
    paths = ["/", "/data/", "/changes/", "/strategies/", f"/projects/{FIRST}/", f"/en/projects/{FIRST}/"]
    paths += [f"/projects/{id_of(name)}/" for name in OPENED] + ["/search/?q=%3Cscript%3E"]
    for path in paths:
        page.goto(address + path, wait_until="load")
        for node in page.query_selector_all("main a")[:3]:
            node.hover(force=True, timeout=1_000) if node.is_visible() else None
        assert page.evaluate(f"typeof window.{MARK}") == "undefined", path
    context.close()
    assert said == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}


# Prose of the site


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of the program, which can be edited."""
    return copy_program(tmp_path / "program")


PROSE = f"""## content

## box

<script>window.{MARK}=1</script> `[x](javascript:window.{MARK}=1)` <https://evil.example/"onclick=x> {{{{ 7*7 }}}}

<iframe src="https://evil.example/"></iframe>
"""


def test_a_page_of_prose_with_markup_is_shown_as_text(program: Path, tmp_path: Path) -> None:
    for name in ("about.md", "about.en.md"):
        (program / "content" / name).write_text(f"---\ntitle: <b>x</b> {{{{ 7*7 }}}}\n---\n{PROSE}", "utf-8")
    command: list[str | Path] = [
        sys.executable,
        program / "build.py",
        "--package",
        SAMPLE,
        "--output",
        tmp_path / "site",
        "--jobs",
        "1",
    ]
    assert subprocess.run(command).returncode == 0
    page = Html((tmp_path / "site" / "about" / "index.html").read_text("utf-8"))
    assert list(harm(page)) == []
    assert len(page.css("#content, #box")) == 2
    shown = texts(tmp_path / "site" / "about" / "index.html")
    assert all(text in shown for text in (f"<script>window.{MARK}=1</script>", "{{ 7*7 }}", "<iframe", "<b>x</b>"))


def test_a_page_of_prose_that_is_a_link_out_a_pipe_or_holds_an_override_is_refused(
    program: Path, tmp_path: Path
) -> None:
    content = program / "content"
    (tmp_path / "secret.md").write_text(f"---\ntitle: x\n---\n{SECRET}\n", "utf-8")
    (content / "about.md").unlink()
    (content / "about.md").symlink_to(tmp_path / "secret.md")
    (content / "about.en.md").unlink()
    os.mkfifo(content / "about.en.md")
    (content / "contact.md").write_text("---\ntitle: x\n---\nราคา \u202e000,1\n", "utf-8")
    command: list[str | Path] = [sys.executable, program / "build.py", "check", "--package", SAMPLE, "--format", "json"]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert (result.returncode, SECRET in result.stdout) == (1, False)
    assert [
        (problem["place"], problem["line"], problem["rule"]) for problem in json.loads(result.stdout)["problems"]
    ] == [
        ("content/about.en.md", None, "path-leaves-package"),
        ("content/about.md", None, "path-leaves-package"),
        ("content/contact.md", 4, "control-character"),
    ]


# Much


def test_a_million_rows_are_checked(tmp_path: Path) -> None:
    package = Package(tmp_path / "package")
    million("code", "1")(package)
    result = run_build("check", "--package", package.root, timeout=120)
    assert (result.returncode, "1,000,2" in result.stdout) == (0, True)
