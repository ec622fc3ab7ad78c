"""What rules said of each project in the last build, so that one of which nothing changed is not judged again.

A file of lines for each fiscal year, in the order of the ids, as the projects come: neither of the two builds needs all
of it in memory.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

from portal.core import urls
from portal.pipeline.build_cache import CURRENT, PREVIOUS
from portal.pipeline.page_store import ProjectEntry


def file_name(fiscal_year: int | None) -> str:
    """The name of the file of a fiscal year, in the folders of what is known of a site's files."""
    return f"findings-{urls.year_name(fiscal_year)}.jsonl.gz"


class SavedFindings(ExitStack):
    """Reads the findings of a fiscal year of the last build and writes those of this one, within a `with` block."""

    def __init__(self, scratch: Path, shared: str, fiscal_year: int | None) -> None:
        """`shared` names all that the findings depend on beside what is particular to a project."""
        super().__init__()
        name = file_name(fiscal_year)
        self._shared, self._previous = shared, _lines(scratch / PREVIOUS / name)
        self._next = next(self._previous, None)
        (scratch / CURRENT).mkdir(exist_ok=True)
        file = gzip.open(scratch / CURRENT / name, "wt", compresslevel=1, encoding="utf-8")  # noqa: SIM115
        self._file = self.enter_context(file)

    def get(self, entry: ProjectEntry) -> str | None:
        """The rows of a project, saved for the next build too, if nothing has changed since they were written.

        They are lines of the table of all findings. The projects come in their order.
        """
        while self._next and self._next[0] < entry.project_id:
            self._next = next(self._previous, None)
        if not self._next or self._next[0] != entry.project_id:
            return None
        _, key, rows = self._next
        if key != self._key(entry, rows):
            return None
        self._write(entry, key, rows)
        return str(json.loads(rows))

    def put(self, entry: ProjectEntry, rows: str) -> None:
        """Save the rows of a project, which `get` did not know, for the next build."""
        text = json.dumps(rows, ensure_ascii=False)
        self._write(entry, self._key(entry, text), text)

    def _write(self, entry: ProjectEntry, key: str, rows: str) -> None:
        self._file.write(f"{entry.project_id}\t{key}\t{rows}\n")

    def _key(self, entry: ProjectEntry, rows: str) -> str:
        """Names what rows were made from and the rows themselves, so that damaged ones are not used."""
        return sha256(f"{self._shared} {entry.digest} {rows}".encode()).hexdigest()


def _lines(file: Path) -> Iterator[tuple[str, str, str]]:
    """The id, the key and the rows of each project; none where the file is missing, and no more where it is damaged."""
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                project_id, key, rows = line.removesuffix("\n").split("\t")
                yield project_id, key, rows
    except (OSError, EOFError, ValueError, zlib.error):
        return
