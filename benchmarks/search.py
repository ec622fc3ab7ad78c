"""Measure the search in Chromium, Firefox and WebKit.

What it finds on the real package, on a large fictional one, and on small fictional ones whose texts are in English and
in Spanish, also where a name has a typing error; what it loads; and how fast it is on the large one.

    python -m benchmarks.search [--projects 10000] [--queries 120] [--keep FOLDER] [--save QUERIES.json]
                                [--only real | --only large | --only languages]

`--save` writes the queries on the real package, with the ids of the projects that each is to find, for other searches
to be measured by.

Prints a table, of the real package beside Pagefind's own default (the rendered pages, its own way with Thai). Times are
of this machine, in the page, after one search has loaded the indexes: from the question until the first ten results are
shown, those of the newest year, and until those of all years are. Bytes are the bodies that a host sends which
compresses texts by gzip: "first query" is all that a browser without a cache loads for the page and the query, "second
query" what another one loads that is typed after it. "First search" is that of a visitor who has seen another page.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import pagefind_bin

from benchmarks.browsers import NAMES, Driver, open_browser
from benchmarks.fiction import WORD_LISTS, make
from benchmarks.heldout import Query, cuts, rows
from portal.core import urls
from portal.core.config import read_config
from portal.core.totals import group
from portal.core.urls import year_name
from portal.package import read_portal
from portal.search import index_shard

ROOT = Path(__file__).resolve().parent.parent

FIND = """
    const { find } = await import(argument.script);
    const answers = [];
    for (const text of argument.texts) answers.push((await find(text)).map((entry) => entry.row.project_id));
    return answers;
"""
DEFAULT = """
    const pagefind = await import("/pagefind/pagefind.js");
    await pagefind.init();
    const answers = [];
    for (const text of argument.texts) {
      const { results } = await pagefind.search(text);
      const pages = await Promise.all(results.map((result) => result.data()));
      answers.push(pages.map((page) => page.url.split("/").at(-2)));
    }
    return answers;
"""
TIME = """
    const form = document.querySelector("#search");
    const count = document.querySelector("#count");
    const times = [];
    for (const text of argument) {
      form.elements.q.value = text;
      count.textContent = "";
      const begin = performance.now();
      let first = null;
      const watch = new MutationObserver(() => (first ??= performance.now() - begin));
      watch.observe(document.querySelector("#results"), { childList: true });
      form.requestSubmit();
      const done = /^(พบ \\S+ โครงการ|ไม่พบโครงการ)$/;
      while (!done.test(count.textContent)) await new Promise((resolve) => setTimeout(resolve, 4));
      times.push([first, performance.now() - begin]);
      watch.disconnect();
    }
    return times;
"""
"""Of each query: milliseconds until the first ten results stand on the page, and until those of all years do."""


COMPRESSED = ("text/", "application/javascript", "application/json", "image/svg+xml")
"""The beginnings of the media types that hosts compress."""


class Host(SimpleHTTPRequestHandler):
    """A static host that compresses texts, lets browsers cache, and counts the bytes of the bodies that it sends."""

    sent = 0
    paths: ClassVar[list[str]] = []

    def log_message(self, format: str, *args: object) -> None:
        """Requests are counted, not told."""

    def do_GET(self) -> None:
        """Send a file."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        data, kind = path.read_bytes(), self.guess_type(path)
        self.send_response(HTTPStatus.OK)
        if kind.startswith(COMPRESSED):
            data = gzip.compress(data, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        Host.sent += len(data)
        Host.paths.append(self.path)
        self.wfile.write(data)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder on a static host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def script(site: Path) -> str:
    """The address of the search page's script."""
    return "/" + next(site.glob("assets/search.*.js")).relative_to(site).as_posix()


def build(package: Path, site: Path) -> None:
    """Build a site with the command."""
    command: list[str | Path] = [sys.executable, ROOT / "build.py", "--package", package, "--output", site]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def by_default(site: Path, folder: Path) -> Path:
    """Pagefind's own index of the rendered Thai project pages."""
    shutil.copytree(site / "projects", folder / "projects", ignore=shutil.ignore_patterns("page"))
    (folder / "projects" / "index.html").unlink()
    command = [str(pagefind_bin.get_executable()), "--site", str(folder), "--quiet", "--root-selector", "main"]
    subprocess.run(command, check=True)
    (folder / "index.html").write_text('<!doctype html><html lang="th"><title>-</title>', "utf-8")
    return folder


def score(queries: Sequence[Query], answers: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Percent of the queries that returned every holder, and percent of the returned projects that hold theirs."""
    complete = sum(query.members <= set(found) for query, found in zip(queries, answers, strict=True))
    returned = sum(len(found) for found in answers)
    right = sum(len(query.members & set(found)) for query, found in zip(queries, answers, strict=True))
    return 100 * complete / len(queries), 100 * right / max(1, returned)


def answers_of(driver: Driver, site: Path, texts: Sequence[str]) -> list[list[str]]:
    """The ids of the projects that this search finds, for each query."""
    with served(site) as base:
        driver.open(f"{base}/search/")
        found: list[list[str]] = driver.run(FIND, {"script": script(site), "texts": texts})
        return found


def answers_by_default(driver: Driver, folder: Path, texts: Sequence[str]) -> list[list[str]]:
    """The same of Pagefind's default."""
    with served(folder) as base:
        driver.open(f"{base}/")
        found: list[list[str]] = driver.run(DEFAULT, {"texts": texts})
        return found


PAIRS = (
    ("คลอง", "กรุงเทพมหานคร"),
    ("ระบายน้ำ", "ถนน"),
    ("กรุงเทพ", "โครงการ"),
    ("04160000-6961", "อาหารปลอดภัย"),
    ("สนน.", "ส่งเสริมสุขภาพผู้สูงอายุ"),
    ("คลงอ", "flood"),
    ("สำนักงานเขต ผู้สูงอายุ", "ก่อสร้าง ถนน"),
)
"""Queries that are typed one after the other."""

MANY = ("เขต เด็ก", "เขต สุขภาพ")
"""Likewise; of the first no name has both words, and most projects are results."""

TYPE = """
    const { elements } = document.querySelector("#search");
    elements.q.value = argument;
    elements.q.dispatchEvent(new InputEvent("input", { bubbles: true }));
"""


def weights(driver: Driver, site: Path, first: str, second: str) -> tuple[int, int]:
    """Bytes of a first query in a browser whose cache is empty, and of a second one."""
    with served(site) as base:
        Host.sent = 0
        Host.paths.clear()
        driver.open(f"{base}/search/?q={quote(first)}")
        settle()
        before = Host.sent
        driver.run(TYPE, second)
        time.sleep(0.3)
        settle()
        return before, Host.sent - before


def settle() -> None:
    """Wait until nothing has been sent for a second."""
    sent = -1
    while sent != Host.sent:
        sent = Host.sent
        time.sleep(1)


def mistyped(package: Path, count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """`count` names of projects with one letter missing, added, changed, or exchanged with its neighbour.

    Each comes as it was typed, with the name and the id of its project.
    """
    pick, projects = random.Random(seed), rows(package, "projects")
    letters = sorted({letter for project in projects for letter in project["title"] if letter.isalpha()})
    for _ in range(count):
        project = pick.choice(projects)
        name, at = project["title"], pick.randrange(len(project["title"]) - 1)
        typed = pick.choice(
            (
                name[:at] + name[at + 1 :],
                name[:at] + pick.choice(letters) + name[at:],
                name[:at] + pick.choice(letters) + name[at + 1 :],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            )
        )
        yield typed, name, project["project_id"]


MEANT = """
    const { meantBy } = await import(argument.script);
    const answers = [];
    for (const text of argument.texts) answers.push((await meantBy(text)).slice(0, 3).map(({ row }) => row.title));
    return answers;
"""


def forgiveness(driver: Driver, site: Path, typing: Sequence[tuple[str, str, str]]) -> float:
    """Percent of the mistyped names whose project, or one of the same name, is among the first three results."""
    with served(site) as base:
        driver.open(f"{base}/search/")
        answers = driver.run(MEANT, {"script": script(site), "texts": [typed for typed, _, _ in typing]})
    return 100 * sum(name in titles for (_, name, _), titles in zip(typing, answers, strict=True)) / len(typing)


def save(path: Path, queries: Sequence[Query], typing: Sequence[tuple[str, str, str]]) -> None:
    """Write the queries for others: what is typed, and the ids to find; of mistyped names one is enough."""
    names = [{"query": typed, "name": name, "project_id": key} for typed, name, key in typing]
    cut = [{"query": query.text, "project_ids": sorted(query.members)} for query in queries]
    path.write_text(json.dumps({"parts": cut, "mistyped": names}, ensure_ascii=False, indent=1) + "\n", "utf-8")


def speed(driver: Driver, site: Path, texts: Sequence[str]) -> tuple[int, list[list[float]], list[float]]:
    """Bytes of a first search; milliseconds of each query and of the worst, newest year and all."""
    with served(site) as base:
        driver.open(f"{base}/about/")
        Host.sent = 0
        driver.open(f"{base}/search/?q={quote(texts[0])}")
        time.sleep(3)
        first = Host.sent
        driver.open(f"{base}/search/")
        # Before the script runs, the form would load another page.
        driver.run("await import(argument);", script(site))
        driver.run(TIME, ["โครงการ"])
        return first, driver.run(TIME, list(texts)), driver.run(TIME, ["กรุงเทพมหานคร"])[0]


def indexing(package: Path, folder: Path) -> tuple[float, int]:
    """Seconds to index a package on two cores, as the build does, and the bytes of the largest process."""
    portal = read_portal(package, read_config(ROOT / "pyproject.toml").conventions).portal
    assert portal is not None
    years = group(portal.projects, lambda project: year_name(project.fiscal_year))
    begin = time.monotonic()
    with ProcessPoolExecutor(2) as pool:
        indexes = [
            pool.submit(index_shard, year, [(one, ()) for one in members], folder / urls.PAGEFIND)
            for year, members in years.items()
        ]
        for index in indexes:
            index.result()
    seconds = time.monotonic() - begin
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def heading(*columns: str) -> None:
    """The head of a Markdown table."""
    print("|", " | ".join(columns), "|")
    print("|", " | ".join("---" for _ in columns), "|")


def measure_real(work: Path, count: int, saved: Path | None) -> None:
    """What is found and loaded on the site of the real package."""
    queries, typing = list(cuts(ROOT, count, seed=11)), list(mistyped(ROOT, count, seed=5))
    if saved:
        save(saved, queries, typing)
    site, default = work / "real", work / "default"
    if not site.exists():
        build(ROOT, site)
    if not default.exists():
        by_default(site, default)
    print(f"{count} held-out queries on the real package", end="\n\n")
    print_quality(site, queries, typing, default)
    print_weights(site, (*PAIRS, MANY))


def measure_large(work: Path, projects: int, count: int) -> None:
    """What is found and loaded on the site of a fictional package, and how fast."""
    # What is used again is of as many projects.
    package, site = work / f"package-{projects}", work / f"site-{projects}"
    if not package.exists():
        make(package, projects)
    seconds, peak = indexing(package, work / f"index-{projects}")
    print(f"{projects:,} fictional projects, indexed on two cores in {seconds:.1f} s, at most ", end="")
    print(f"{peak / 2**20:,.0f} MB in one process; {count} held-out queries", end="\n\n")
    if not site.exists():
        build(package, site)
    queries, typing = list(cuts(package, count, seed=11)), list(mistyped(package, count, seed=5))
    print_quality(site, queries, typing)
    texts = [query.text for query in queries[:41]]
    # The first stands in every name, the second in many texts.
    of_package = zip(texts[: len(PAIRS)], texts[len(PAIRS) : 2 * len(PAIRS)], strict=False)
    print_weights(site, (("โครงการสมมติ", "กรุงเทพมหานคร"), *of_package))
    print_speed(site, texts)


FOREIGN_PROJECTS = 600
"""In each of the packages in other languages, at most."""


def measure_languages(work: Path, projects: int, count: int) -> None:
    """What is found in Chromium where the texts are in other languages; a second folding judges what must be."""
    for language in WORD_LISTS:
        package, site = work / f"package-{language}-{projects}", work / f"site-{language}-{projects}"
        if not package.exists():
            make(package, projects, language=language)
        if not site.exists():
            build(package, site)
        queries, typing = list(cuts(package, count, 11, language)), list(mistyped(package, count, seed=5))
        print(f"{count} held-out queries, {projects:,} fictional projects in the language {language}", end="\n\n")
        print_quality(site, queries, typing, browsers=("chromium",))


def print_quality(
    site: Path,
    queries: Sequence[Query],
    typing: Sequence[tuple[str, str, str]],
    default: Path | None = None,
    browsers: Iterable[str] = NAMES,
) -> None:
    """What is found in each browser; `default` is Pagefind's own index of the same projects."""
    texts = [query.text for query in queries]
    heading("index", "browser", "answered", "precision")
    for name in browsers:
        with open_browser(name) as driver:
            print_score("this search", name, score(queries, answers_of(driver, site, texts)))
            if default:
                print_score("Pagefind's default", name, score(queries, answers_by_default(driver, default, texts)))
            print(f"| one typing error in a name | {name} | {forgiveness(driver, site, typing):.1f} % | |", flush=True)
    print()


def print_score(index: str, browser: str, scored: tuple[float, float]) -> None:
    """A row of the table of what is found."""
    print(f"| {index} | {browser} | {scored[0]:.1f} % | {scored[1]:.1f} % |", flush=True)


def print_weights(site: Path, pairs: Iterable[tuple[str, ...]]) -> None:
    """What a first and a second query load, of each pair in a browser with an empty cache."""
    heading("first query", "bytes", "second query", "bytes")
    for first, second in pairs:
        with open_browser("chromium") as driver:
            loaded = weights(driver, site, first, second)
        print(f"| {first} | {loaded[0] / 1000:.0f} kB | {second} | {loaded[1] / 1000:.0f} kB |", flush=True)
    print()


def print_speed(site: Path, texts: Sequence[str]) -> None:
    """How long queries take in each browser."""
    heading("browser", "first search", "median, newest year", "median, all", "worst, newest year", "worst, all")
    for name in NAMES:
        with open_browser(name) as driver:
            first, times, worst = speed(driver, site, texts)
        newest, whole = (statistics.median(column) for column in zip(*times, strict=True))
        figures = " | ".join(f"{value:.0f} ms" for value in (newest, whole, *worst))
        print(f"| {name} | {first / 1000:.0f} kB | {figures} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=120)
    parser.add_argument("--keep", type=Path, help="a folder for what is built, used again the next time")
    parser.add_argument("--save", type=Path, help="a file for the queries")
    parser.add_argument("--only", choices=("real", "large", "languages"), help="one of the parts")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        if args.only in (None, "real"):
            measure_real(folder, args.queries, args.save)
        if args.only in (None, "large"):
            measure_large(folder, args.projects, args.queries)
        if args.only in (None, "languages"):
            measure_languages(folder, min(args.projects, FOREIGN_PROJECTS), args.queries)
