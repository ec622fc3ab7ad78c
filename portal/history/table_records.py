"""Reads the records of the tables of commits, each as little as can be."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

from portal.core.models import OUTLINES
from portal.history.git import Repository
from portal.history.packs import PackEntry
from portal.history.stored_records import SplitText
from portal.history.tables import TableVersion, records_of


class RecordReader:
    """Reads the files of tables, one version after the other.

    Of each table it remembers the text from which the stored versions differ, until it reads one of another text.
    """

    def __init__(self, repository: Repository) -> None:
        """`repository` must stay open while this is used."""
        self._repository = repository
        self._texts: dict[str, tuple[PackEntry, SplitText | None]] = {}
        """By table: what the last version differs from; None if that is no table."""

    def request(self, blob: str) -> None:
        """Let git begin to read a file, unless it is read without git."""
        if self._repository.stored_version(blob) is None:
            self._repository.request(blob)

    def read(self, name: str, blob: str, other: TableVersion | None) -> list[bytes]:
        """The records of a version of the table `name`, the header first. Raises ValueError if it is no CSV.

        Of the records that the version `other` has too, the same bytes are used, which saves memory.
        """
        version = None if name == OUTLINES else self._repository.stored_version(blob)
        text = version and self._text(name, version.root, other)
        if version and text:
            return text.records_of(version)
        return share_records(records_of(name, self._repository.pieces(blob)), other)

    def _text(self, name: str, root: PackEntry, other: TableVersion | None) -> SplitText | None:
        last_root, text = self._texts.pop(name, (None, None))
        if last_root != root:
            try:
                text = SplitText(self._repository.root_pieces(root), _by_content(other))
            except (OSError, ValueError, zlib.error):
                text = None
        self._texts[name] = root, text
        return text


def share_records(records: Iterable[bytes], other: TableVersion | None) -> list[bytes]:
    """The records; those that the version `other` has too are the same objects."""
    shared = _by_content(other)
    return [shared.get(record, record) for record in records]


def _by_content(table: TableVersion | None) -> Mapping[bytes, bytes]:
    return {record: record for record in table.records} if table else {}
