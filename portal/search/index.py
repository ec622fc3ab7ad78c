"""Search documents -> search index, one for each fiscal year.

An index has two halves. The *term files* say of every term of every text (`terms.py`) which projects hold it: they
decide what is found. *Pagefind* reads the weighty fields alone (name, agency, codes, policy, unit), and decides the
order. Given all text it takes ten times as long, because packing a posting costs it about 5 µs; and it cuts Thai by a
dictionary, each browser by another, so it is given terms in place of words.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from operator import attrgetter
from pathlib import Path
from typing import Any

from portal.core import urls
from portal.core.files import write_file
from portal.core.models import Evaluation, MonthlyResult, ProgressReport, Project, Revision
from portal.search.pagefind import Pagefind
from portal.search.terms import postings, terms

END = "z"
_LETTERS = [*map(chr, range(0x0E00, 0x0E80)), *"abcdefghijklmnopqrstuvwxyz0123456789-"]
_CODE = str.maketrans(
    {c: chr(97 + i // 26) + chr(97 + i % 26) for i, c in enumerate(_LETTERS)} | {" ": f"{END} "},
)


def tokens(text: str) -> str:
    """The terms of a text for Pagefind: two small letters for each character, so that it neither cuts nor stems them.

    Each ends with a letter that begins no character, so that a query's whole terms match nothing longer; and Pagefind,
    which takes for an unknown term the longest word that it begins with, finds none.
    """
    return " ".join([*terms(text), ""]).translate(_CODE).rstrip()


WEIGHTED: Sequence[tuple[int, Sequence[str]]] = (
    (10, ("title",)),
    (7, ("agency",)),
    (6, ("project_id", "policy_id", "branch_id", "kpi_id")),
    (5, ("governor_policy", "strategy", "responsible_unit", "division")),
    (3, ("objectives", "targets", "progress_description", "progress_reports")),
)
"""The weight of each field; every other one has the weight 1."""

RANKED = 5
"""Pagefind reads the fields of this weight and more."""

SECTIONS = 3
"""Each project has so many sections in the term files: what Pagefind reads, what weighs 3, and the rest.

A run of a query lies within one field, so all its terms must be in one section.
"""


_WEIGHTS = {name: weight for weight, names in WEIGHTED for name in names}
_WEIGHTS |= {f.name: 1 for f in fields(Project) if f.name not in (*_WEIGHTS, "published_progress", "row")}


_PARTS = {
    kind: attrgetter(*(f.name for f in fields(kind) if f.name != "row"))
    for kind in (MonthlyResult, ProgressReport, Evaluation, Revision)
}
"""What takes the values out of a record of a project."""

FieldText = tuple[str, int, str]
"""A field's name, its weight, and its text."""


def field_texts(project: Project) -> Iterator[FieldText]:
    """Every text of a project, the weightiest first."""
    for name, weight in _WEIGHTS.items():
        value = getattr(project, name)
        if name == "agency" and value is not None:
            value = (value.agency_id, value.name.th, value.name.en)
        elif name == "source" and value is not None:
            value = value.source_id
        if text := " \n ".join(_texts(value)):
            yield name, weight, text


def _texts(value: Any) -> Iterable[str]:
    """The texts within a value: of a record, those of its fields."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Decimal):
        return (f"{value:f}",)
    if isinstance(value, (int, date)):
        return (str(value),)
    if isinstance(value, Mapping):
        value = value.values()
    elif type(value) in _PARTS:
        value = _PARTS[type(value)](value)
    elif not isinstance(value, (tuple, list)):
        return (str(value),)
    return [text for one in value for text in _texts(one)]


def document(texts: Iterable[FieldText]) -> str:
    """The search document of a project: what Pagefind reads, never shown to anyone. Its text is coded."""
    body = "".join(
        f'<p data-pagefind-weight="{weight}">{tokens(text)}</p>' for _, weight, text in texts if weight >= RANKED
    )
    return f'<!doctype html><html lang="zxx"><title>-</title><body data-pagefind-body>{body}</body></html>'


COLUMNS = (
    *("project_id", "title", "fiscal_year", "budget_received", "budget_spent", "progress_percent"),
    *("finish_date", "last_reported", "agency", "status", "policy", "strategy", "signal"),
)
"""What the table of an index holds of each project: what a result shows, and what it is filtered and sorted by."""


def _row(project: Project, concerned: Sequence[str]) -> list[str | None]:
    values: list[str | None] = []
    for name in COLUMNS[:-5]:
        values.append(next(iter(_texts(getattr(project, name))), None))
    agency = None if project.agency is None else project.agency.agency_id
    strategy = None if project.strategy is None else urls.slug(project.strategy)
    return [*values, agency, project.status.value, project.policy_id, strategy, " ".join(concerned)]


ENGINE = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "wasm.*.pagefind", "*.pf_meta", "index/*")
"""What an index needs of what Pagefind writes.

Each year keeps its own, because a Pagefind module has room for the WebAssembly of one index. The pages' fragments are
not needed: the table says what a result shows.
"""

TABLE = "table.json.gz"
"""The projects of an index in the order in which the term files number them, Pagefind's id of each first; and the term
files by the first term of each."""

TERMS = "terms"
"""The folder of the term files."""

TERM_FILE_BYTES = 40_000
"""Before compression, which leaves about a third: what one term of a query costs to load."""


def index_shard(name: str, projects: Iterable[tuple[Project, Sequence[str]]], folder: Path) -> None:
    """Index the projects of one shard, each with the rules that concern it, into `folder / name`. Runs in a worker.

    What a worker that died may have left there is made anew. The projects are read once, and not kept. Raises
    UsageError where Pagefind fails.
    """
    output = folder / name
    shutil.rmtree(output, ignore_errors=True)
    rows: list[list[str | None]] = []
    files = []
    with Pagefind(name) as pagefind:

        def texts() -> Iterator[Iterable[FieldText]]:
            for number, (project, concerned) in enumerate(projects):
                found = list(field_texts(project))
                pagefind.add(f"{number}.html", document(found))
                rows.append(_row(project, concerned))
                yield found

        for first, data in term_files(texts()):
            packed = gzip.compress(data, PACKING, mtime=0)
            file = hashlib.sha256(packed).hexdigest()[:12]
            write_file(output, f"{TERMS}/{file}.gz", packed)
            files.append((first, file))
        made = pagefind.files()
    for path, data in made.items():
        if any(fnmatchcase(path, pattern) for pattern in ENGINE):
            write_file(output, path, data)
    numbered = [[key, *row] for key, row in zip(_ids(made, len(rows)), rows, strict=True)]
    table = {"columns": ["id", *COLUMNS], "rows": numbered, "files": files}
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    write_file(output, TABLE, gzip.compress(text.encode(), PACKING, mtime=0))


PACKING = 6
"""Of gzip: 9 packs a term file 1 % tighter, and takes five times as long."""


def _ids(made: Mapping[str, bytes], count: int) -> list[str]:
    """Pagefind's id of each project, by the number of its document."""
    # Pagefind keeps what it knows of a page in a fragment: gzip, a signature of twelve bytes, JSON.
    fragments = {Path(path).stem: gzip.decompress(made[path]) for path in made if path.startswith("fragment/")}
    ids = {json.loads(data[len("pagefind_dcd") :])["url"]: key for key, data in fragments.items()}
    return [ids[f"/{number}.html"] for number in range(count)]


def term_files(texts: Iterable[Iterable[FieldText]]) -> Iterator[tuple[str, bytes]]:
    """Which sections hold each term, as (first term, content) of files of about `TERM_FILE_BYTES`, by term.

    A file is a line of JSON, its terms and then for each a number of bytes, and those bytes: the sections that hold the
    term, written as `postings` does. The number of a section is `SECTIONS` x that of its project + its own.
    """
    file: dict[str, bytes] = {}
    size = 0
    for term, data in postings(text for project in texts for text in _sections(project)):
        file[term] = data
        size += len(term) + len(data)
        if size > TERM_FILE_BYTES:
            yield _term_file(file)
            file, size = {}, 0
    if file:
        yield _term_file(file)


def _sections(texts: Iterable[FieldText]) -> list[str]:
    sections: list[list[str]] = [[] for _ in range(SECTIONS)]
    for _, weight, text in texts:
        sections[0 if weight >= RANKED else 1 if weight > 1 else 2].append(text)
    return ["\n".join(section) for section in sections]


def _term_file(file: Mapping[str, bytes]) -> tuple[str, bytes]:
    head = json.dumps([*file.keys(), *map(len, file.values())], ensure_ascii=False, separators=(",", ":"))
    return next(iter(file)), b"\n".join([head.encode(), b"".join(file.values())])
