"""The releases of all files, on disk and by ocid, and merged: one compiled release for each contracting process."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from ocdsmerge.merge import CompiledRelease

from portal.imports.json_files import Entry, display_name, read_entries
from portal.imports.release_reader import MAX_ID, Findings, ReleaseReader


class ReleaseStore:
    """The releases, as a table of SQLite, since those of one process may be anywhere in the files."""

    def __init__(self, folder: Path, findings: Findings, zone: ZoneInfo, currency: str) -> None:
        """The table is written in `folder`; days are in the `zone` of the city, and amounts in its `currency`."""
        self.findings, self.zone, self.currency = findings, zone, currency
        self.releases = 0
        self.table = sqlite3.connect(folder / "releases.sqlite", isolation_level=None)
        self.table.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -50000;")
        # The order makes the same of the same releases, in whatever files and order they come.
        self.table.execute(
            "CREATE TABLE release (ocid, date, id, content, place, PRIMARY KEY (ocid, content)) WITHOUT ROWID"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.table.close()

    def add_file(self, path: Path) -> None:
        """Read a file. Raises BuildError where it cannot be read to its end."""
        place = display_name(path)
        reader = ReleaseReader(place, self.findings, self.zone, self.currency)
        self.table.execute("BEGIN")
        for entry in read_entries(path, place):
            for at, release in self._releases_of(entry, place):
                self._add(reader, place, at, release, entry.repeated)
        self.table.execute("COMMIT")

    def _releases_of(self, entry: Entry, place: str) -> Iterator[tuple[str, Any]]:
        """The path and the value of each release of an entry; of a record its compiled release, if it has one."""
        record = entry.value
        if entry.path.startswith("releases") or not isinstance(record, dict):
            yield entry.path, record
            return
        compiled, releases = record.get("compiledRelease"), record.get("releases")
        if "versionedRelease" in record:
            self.findings.unmapped["records.versionedRelease"] += 1
        if compiled is not None:
            self.findings.unmapped["records.releases"] += len(releases) if isinstance(releases, list) else 0
            yield f"{entry.path}.compiledRelease", compiled
        elif isinstance(releases, list) and releases:
            yield from ((f"{entry.path}.releases[{index}]", release) for index, release in enumerate(releases))
        else:
            message = "this record has no release of its own."
            hint = "Ask the publisher for one with compiledRelease or releases."
            self.findings.add(place, str(record.get("ocid", entry.path)), entry.path, "no-releases", message, hint)

    def _add(self, reader: ReleaseReader, place: str, at: str, release: Any, repeated: tuple[str, ...]) -> None:
        if not isinstance(release, dict):
            message = "this is not a JSON object, as a release is."
            self.findings.add(place, at, "", "wrong-type", message, "Ask the publisher to correct it.")
            return
        ocid = release.get("ocid")
        if not isinstance(ocid, str) or not ocid.strip() or len(ocid) > MAX_ID:
            message = "this release has no ocid, so that it belongs to no contracting process."
            if set(release) & {"url"}:
                message = "this record only names the address of a release, and nothing is downloaded."
            self.findings.add(place, at, "ocid", "missing-ocid", message, "Ask the publisher to add it.")
            return
        for path in repeated:
            message = "this key is written twice in one object, and only one of the two values can be meant."
            self.findings.add(place, ocid, path, "repeated-key", message, "Remove one of them at the publisher.")
        parts = reader.read(release, ocid.strip())
        # What the publisher writes anew each night, and says nothing of the process.
        date, name = parts.pop("date", None), parts.pop("id", None)
        content = json.dumps(parts, ensure_ascii=False, sort_keys=True)
        row = (parts["ocid"], date or "", name or "", content, place)
        update = "ON CONFLICT DO UPDATE SET date = max(date, excluded.date), id = max(id, excluded.id)"
        self.table.execute(f"INSERT INTO release VALUES (?, ?, ?, ?, ?) {update}", row)
        self.releases += 1

    def check_dates(self) -> None:
        """Add a problem for each process with several releases of which one has no date: their order is not known."""
        query = "SELECT ocid, min(place) FROM release GROUP BY ocid HAVING count(*) > 1 AND min(date) = ''"
        for ocid, place in self.table.execute(query):
            message = "a release of this process has no date, and without it the order of the releases is not known."
            self.findings.add(place, ocid, "date", "missing-date", message, "Ask the publisher to add it.")

    def compiled(self, left_out: frozenset[str] | set[str]) -> Iterator[Mapping[str, Any]]:
        """The compiled release of each process, by ocid; without those in `left_out`."""
        merged: CompiledRelease | None = None
        current = None
        for ocid, content in self.table.execute("SELECT ocid, content FROM release ORDER BY ocid, date, id, content"):
            if ocid in left_out:
                continue
            if ocid != current:
                if merged is not None:
                    yield merged.asdict()
                # No part that is read has a rule of its own in the standard's schema: lists are merged by their ids.
                merged, current = CompiledRelease(merge_rules={}), ocid
            assert merged is not None
            merged.append(json.loads(content))
        if merged is not None:
            yield merged.asdict()
