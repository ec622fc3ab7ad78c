"""The zips of earlier releases, without any that holds what must not be published."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from portal.core import urls
from portal.core.ignored_columns import ignored_in
from portal.core.models import Package, file_name
from portal.exports import publish_release
from portal.history import TableVersion, Timeline, compare_tables, is_clean, read_table, release_files
from portal.package import Guard, read_guard
from portal.site import Archive, archive_name, named_releases


def write_archives(
    descriptor: Path, package: Package, timeline: Timeline, person_titles: Sequence[str], stage: Path
) -> dict[str, Archive | None]:
    """Write the zip of each release that has a tag, as it stood; returns them by address.

    With `person_titles` the names of natural persons begin.
    None for a release that holds what is withheld, that cannot be looked through, or whose commit has no descriptor: no
    zip of it is written.
    """
    archives: dict[str, Archive | None] = {}
    search = _Search(
        read_guard(descriptor, package.conventions, person_titles), timeline.history.erased, package.ignored
    )
    releases = named_releases(package, timeline, {})
    if releases:
        tables = {file_name(part.name): (descriptor.parent / part.path).read_bytes() for part in package.parts}
        search.skip({"datapackage.json": descriptor.read_bytes()} | tables, package)
    for named in releases:
        files = release_files(descriptor, named.release) if named.release.is_package else {}
        if not files or not search.is_clean(files):
            archives[named.address] = None
            continue
        name = archive_name(package, named.address)
        path, inside, day = urls.archive(name), name.removesuffix(".zip"), named.release.published.date()
        archives[named.address] = Archive(path, publish_release(stage, path, inside, day, files))
    return archives


def paths_by_commit(package: Package, timeline: Timeline, archives: Mapping[str, Archive | None]) -> dict[str, str]:
    """The path of a zip of each release that has one, by its commit."""
    named = named_releases(package, timeline, archives)
    return {release.release.commit: release.archive.path for release in named if release.archive}


@dataclass
class _Search:
    """Searches the files of earlier releases for what must not be published."""

    guard: Guard
    erased: Mapping[tuple[str, tuple[str, ...], str], frozenset[str]]
    """As `History.erased`."""
    ignored: Sequence[str]
    """As `Package.ignored`."""
    _clean: dict[tuple[str, tuple[str, ...]], set[bytes]] = field(default_factory=dict)
    """The records that are known to be clean, by resource and header: most stand in every release."""

    def skip(self, files: Mapping[str, bytes], package: Package) -> None:
        """Do not search the records of the package of today, which has been validated, but for those with names."""
        for table in self._tables(files, json.loads(files["datapackage.json"].decode("utf-8-sig"))):
            resource = package.resources.get(table.name)
            if resource is None or not resource.hidden_names:
                self._clean[table.name, table.header] = set(table.records)

    def is_clean(self, files: Mapping[str, bytes]) -> bool:
        """Whether the files of a release, by name, can be read and hold nothing that is withheld."""
        try:
            content = json.loads(files["datapackage.json"], object_pairs_hook=_without_repetition)
            tables = self._tables(files, content)
            return not self.guard.hides_descriptor(content) and all(map(self._is_clean, tables))
        except (ValueError, LookupError, TypeError, RecursionError, csv.Error):
            return False

    def _tables(self, files: Mapping[str, bytes], content: Any) -> Iterator[TableVersion]:
        return (
            read_table(resource["name"], files[file_name(resource["name"])], resource)
            for resource in content["resources"]
        )

    def _is_clean(self, table: TableVersion) -> bool:
        if any(map(self.guard.hides_text, table.header)) or ignored_in(table.name, self.ignored, table.header):
            return False
        known = self._clean.setdefault((table.name, table.header), set())
        is_erased = any(resource == table.name for resource, _, _ in self.erased)
        fresh = table if is_erased else replace(table, records=table.records - known, repeated={})
        cells = compare_tables(table.without_records(), fresh)
        if not is_clean(cells, self.erased, self.guard):
            return False
        known |= fresh.records
        return True


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. ValueError where it has a name twice: a program reads only one of the two texts."""
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a name stands twice")
    return content
