"""The projects of a fiscal year -> the files of their search index.

An index has two parts. The *term files* list for every term of every text (`terms.py`) the projects that contain it,
and whether in the name: they decide which projects are found, and that a name stands before all other fields.
*Pagefind* reads only the fields with a large weight (title, agency, codes, policy, unit). Its engine has more bytes
than all else that a query needs, so the browser loads it only to order very many results. With
all texts Pagefind would take ten times as long, because packing a posting costs it about 5 µs. It also cuts Thai by a
dictionary, and each browser by another one, so it gets terms in place of words.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from portal.core.compression import pack
from portal.core.files import write_file
from portal.core.memory import release_memory
from portal.core.models import Project
from portal.search.documents import COLUMNS, CodeWords, FieldText, field_texts, pagefind_document, table_row
from portal.search.pagefind import Pagefind

SECTION_WEIGHTS = (10, 5, 2, 0)
SECTIONS = len(SECTION_WEIGHTS)
"""The term files have a section for the fields of each project with at least such a weight: the name, the other fields
that Pagefind reads, the long texts, and the rest.

The browser looks for a run of Thai within one field, so all terms of a run must be in one section.
"""

PAGEFIND_FILES = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "wasm.*.pagefind", "*.pf_meta", "index/*")
"""The files of Pagefind that are published with each index.

Each year has its own copy of the engine; the browser loads that of one year, and merges the other indexes into it. The
pages' fragments are not needed: the table has what a result shows.
"""

TABLE = "table.json.gz"
"""The projects of an index, in the order of their numbers in the term files, and the list of the term files.

It has the values of each column together, which are a fifth smaller than rows after compression. Each term file comes
with its first term.
"""

IDS = "ids.json"
"""Pagefind's id of each project, in the same order. Nothing compresses them, so they come with the engine."""

TERMS = "terms"
"""The folder of the term files."""

TERM_FILE_BYTES = 12_000
"""The size of a term file before compression (to a third). A browser loads one for each term of a query."""


def index_shard(
    name: str, projects: Iterable[tuple[Project, Sequence[str]]], folder: Path, words: CodeWords | None = None
) -> None:
    """Write the index of the projects of one shard into `folder / name`. Runs in a worker.

    Each project comes with the names of the rules that found something of it. The projects are read once, and not all
    are in memory at the same time. `words` are those for their codes. An unfinished index of a worker that died is
    replaced. Raises UsageError if Pagefind fails.
    """
    output = folder / name
    shutil.rmtree(output, ignore_errors=True)
    rows: list[list[str | None]] = []
    with Pagefind(name) as pagefind:

        def texts() -> Iterator[Iterable[FieldText]]:
            for number, (project, rules) in enumerate(projects):
                project_texts = list(field_texts(project, words))
                pagefind.add(f"{number}.html", pagefind_document(project_texts))
                rows.append(table_row(project, rules))
                yield project_texts

        files = [(first_term, _write_term_file(output, data)) for first_term, data in term_files(texts())]
        # Pagefind takes its most memory to answer.
        release_memory()
        pagefind_files = pagefind.files()
    for path, data in pagefind_files.items():
        if any(fnmatchcase(path, pattern) for pattern in PAGEFIND_FILES):
            write_file(output, path, data)
    ids = json.dumps(_pagefind_ids(pagefind_files, len(rows)), separators=(",", ":"))
    write_file(output, IDS, ids.encode())
    values = [list(column) for column in zip(*rows, strict=True)]
    table = {"columns": COLUMNS, "values": values, "files": files}
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    write_file(output, TABLE, pack(text.encode()))


def _write_term_file(output: Path, data: bytes) -> str:
    """Write a term file. Returns its name without the ending: the beginning of its SHA-256."""
    compressed = pack(data)
    name = hashlib.sha256(compressed).hexdigest()[:12]
    write_file(output, f"{TERMS}/{name}.gz", compressed)
    return name


def _pagefind_ids(files: Mapping[str, bytes], count: int) -> list[str]:
    """Pagefind's id of each of `count` documents, in the order of their numbers."""
    # Pagefind writes a fragment for each page: JSON after a signature of twelve bytes, compressed by gzip.
    fragments = {Path(path).stem: gzip.decompress(files[path]) for path in files if path.startswith("fragment/")}
    ids = {json.loads(data[len("pagefind_dcd") :])["url"]: key for key, data in fragments.items()}
    return [ids[f"/{number}.html"] for number in range(count)]


def term_files(texts: Iterable[Iterable[FieldText]]) -> Iterator[tuple[str, bytes]]:
    """The term files, as (first term, content), in the order of the terms; `texts` are those of each project.

    A file is a line of JSON and then bytes. The line lists the terms of the file, and then for each term the number of
    its bytes: the sections that contain the term, encoded as `postings` says. The number of a section is `SECTIONS` x
    the number of its project + the number of the section within the project.
    """
    # Only here, see there.
    from portal.search.postings import postings

    file: dict[str, bytes] = {}
    size = 0
    for term, data in postings(text for project_texts in texts for text in _sections(project_texts)):
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
        sections[next(i for i, least in enumerate(SECTION_WEIGHTS) if weight >= least)].append(text)
    return ["\n".join(section) for section in sections]


def _term_file(file: Mapping[str, bytes]) -> tuple[str, bytes]:
    header = json.dumps([*file.keys(), *map(len, file.values())], ensure_ascii=False, separators=(",", ":"))
    return next(iter(file)), b"\n".join([header.encode(), b"".join(file.values())])
