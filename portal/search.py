"""Text -> tokens -> search documents -> Pagefind, one index for each fiscal year. The only runner of Pagefind.

Pagefind cuts Thai by a dictionary, at build time by one and in each browser by another, so that a query often misses.
Here no dictionary is asked. Text is folded, cut into character clusters and indexed as the sequence of its overlapping
cluster trigrams, so that any part of any word is found in every browser. The specification is this module's;
`tokens.js` says it again for the browser, and one table of vectors (`tests/search_vectors.json`) holds both to it.
"""

from __future__ import annotations

import gzip
import html
import json
import re
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pagefind_bin

from portal import urls
from portal.models import Project
from portal.problems import UsageError

_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NIKHAHIT_AA = re.compile("\u0e4d([\u0e48-\u0e4b]*)\u0e32")
_THOUSANDS = re.compile("(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_RUN = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4ea-z0-9]+")
_CLUSTER = re.compile("[\u0e01-\u0e2e][\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]*|[\u0e00-\u0e7fa-z0-9]")


def fold(text: str) -> str:
    """One spelling for all that people type alike.

    NFC; zero-width characters dropped; nikhahit and sara aa as sara am, behind the tone mark; doubled sara e as sara
    ae; Thai digits as ASCII digits; small letters; separators inside numbers dropped.
    """
    text = _ZERO_WIDTH.sub("", unicodedata.normalize("NFC", text))
    text = _NIKHAHIT_AA.sub("\\1\u0e33", text).replace("\u0e40\u0e40", "\u0e41")
    return _THOUSANDS.sub("", text.translate(_DIGITS).lower())


def runs(text: str) -> list[list[str]]:
    """The folded text's runs of Thai, Latin letters and digits, each as its character clusters.

    A cluster is a Thai consonant with the vowels and marks written above, below and behind it, or any other sign alone.
    """
    return [_CLUSTER.findall(run) for run in _RUN.findall(fold(text))]


@cache
def encode(text: str) -> str:
    """A folded cluster, two small letters for each character: Pagefind neither segments, stems nor strips them."""
    return "".join(chr(97 + code // 26) + chr(97 + code % 26) for code in map(_code, text))


def _code(character: str) -> int:
    point = ord(character)
    if point >= 0x0E00:
        return point - 0x0E00
    return 128 + (point - 97 if point >= 97 else 26 + point - 48)


def tokens(text: str) -> list[str]:
    """The tokens of a text: at each cluster the trigram that begins there, shorter at the end of a run.

    Each ends with a letter that begins no character. A query's whole trigrams end with it too, so that they match
    nothing longer; and Pagefind, which takes for an unknown term the longest word that it begins with, finds none.
    """
    found = []
    for run in runs(text):
        codes = [encode(cluster) for cluster in run]
        found += [
            f"{first}{second}{third}{END}"
            for first, second, third in zip_longest(codes, codes[1:], codes[2:], fillvalue="")
        ]
    return found


END = "z"
FIELD = "zf"
"""Tokens that are no text begin with a letter that no character's code begins with."""

WEIGHTED: Sequence[tuple[int, Sequence[str]]] = (
    (10, ("title",)),
    (7, ("agency",)),
    (6, ("project_id", "policy_id", "branch_id", "kpi_id")),
    (5, ("governor_policy", "strategy", "responsible_unit", "division")),
    (3, ("objectives", "targets", "progress_description", "progress_reports")),
)
"""Pagefind's weight of each field; every other one has the weight 1."""


def field_token(name: str) -> str:
    """The token before the text of a field: it names the column, and no phrase reaches across it."""
    return FIELD + COLUMNS.get(name, name).replace("_", "")


def field_texts(project: Project) -> Iterator[tuple[str, int, str]]:
    """Every text of a project as (field, weight, text), the weightiest first."""
    weights = {name: weight for weight, names in WEIGHTED for name in names}
    rest = [f.name for f in fields(Project) if f.name not in weights and f.name != "row"]
    for name in [*weights, *rest]:
        value = getattr(project, name)
        if name == "agency" and value is not None:
            value = (value.agency_id, value.name.th, value.name.en)
        elif name == "source" and value is not None:
            value = value.source_id
        if text := " \n ".join(_texts(value)):
            yield name, weights.get(name, 1), text


COLUMNS: Mapping[str, str] = {"agency": "agency_id", "source": "source_id"}
"""The column of a field whose value is a record of its own."""


def _texts(value: Any) -> Iterator[str]:
    """The texts within a value: of a record, those of its fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Decimal):
        yield f"{value:f}"
    elif isinstance(value, (int, date)):
        yield str(value)
    elif isinstance(value, Mapping):
        yield from _each(value.values())
    elif isinstance(value, tuple):
        yield from _each(value)
    elif value is not None:
        yield from _each(getattr(value, f.name) for f in fields(value) if f.name != "row")


def _each(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        yield from _texts(value)


def document(project: Project) -> str:
    """The search document of a project: what Pagefind reads, never shown to anyone.

    Its text is coded; its `meta` is what a result shows, and what it is filtered and sorted by.
    """
    about = [f'<i data-pagefind-meta="{key}">{html.escape(value)}</i>' for key, value in _meta(project)]
    body = [
        f'<p data-pagefind-weight="{weight}">{field_token(name)} {" ".join(tokens(text))}</p>'
        for name, weight, text in field_texts(project)
    ]
    return (
        '<!doctype html><html lang="zxx"><title>-</title><body data-pagefind-body>'
        f"<div data-pagefind-ignore>{''.join(about)}</div>{''.join(body)}</body></html>"
    )


def _filters(project: Project) -> Iterator[tuple[str, str]]:
    if project.agency is not None:
        yield "agency", project.agency.agency_id
    yield "status", project.status.value
    if project.policy_id is not None:
        yield "policy", project.policy_id
    if project.strategy is not None:
        yield "strategy", urls.slug(project.strategy)
    yield "budget", "yes" if project.budget_received is not None else "no"
    yield "progress", "yes" if project.progress_percent is not None else "no"


def _meta(project: Project) -> Iterator[tuple[str, str]]:
    for name in ("title", "project_id", "fiscal_year", "budget_received", "budget_spent", "progress_percent"):
        for text in _texts(getattr(project, name)):
            yield name, text
    for name in ("finish_date", "last_reported"):
        if (day := getattr(project, name)) is not None:
            yield name, day.isoformat()
    for name, value in _filters(project):
        yield f"filter_{name}", value


def shard_name(project: Project) -> str:
    """The index that holds a project: its fiscal year, or "unknown"."""
    return "unknown" if project.fiscal_year is None else str(project.fiscal_year)


ENGINE = ("pagefind.js", "pagefind-worker.js")
"""What an index needs of Pagefind in the browser, besides its WebAssembly.

Each year keeps its own, because a Pagefind module has room for the WebAssembly of one index.
"""

TABLE = "table.json.gz"
"""The meta of all projects of an index, by Pagefind's id: one file to count, sort and list them by."""


def index_shard(name: str, projects: Sequence[Project], folder: Path) -> None:
    """Index the projects of one shard into `folder / name`. Runs in a worker.

    The documents stand at the paths of the pages, from which Pagefind makes the addresses of its results. Raises
    UsageError where Pagefind fails.
    """
    output = folder / name
    with tempfile.TemporaryDirectory(prefix="search-") as temporary:
        for project in projects:
            path = Path(temporary) / urls.output_path(urls.project(project.project_id), "th")
            path.parent.mkdir(parents=True)
            path.write_text(document(project), "utf-8")
        command = [str(pagefind_bin.get_executable()), "--site", temporary, "--output-path", str(output), "--quiet"]
        result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if result.returncode != 0:
        raise UsageError(f"Pagefind could not index {name}: {(result.stderr or result.stdout).strip()}")
    for path in output.glob("*.*"):
        if path.suffix in (".js", ".css") and path.name not in ENGINE:
            path.unlink()
    (output / TABLE).write_bytes(gzip.compress(_table(output / "fragment"), mtime=0))


def _table(fragments: Path) -> bytes:
    """Pagefind keeps each page's meta in a fragment: gzip, a signature of twelve bytes, JSON."""
    table = {}
    for path in sorted(fragments.iterdir()):
        fragment = json.loads(gzip.decompress(path.read_bytes())[len("pagefind_dcd") :])
        table[path.stem] = {"url": fragment["url"], **fragment["meta"]}
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
