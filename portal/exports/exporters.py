"""The validated package -> everything that is published below `/data/`, for programs and for people.

`write_package` comes first: the CSVs as they were validated, from which every other form is made. The forms do not
depend on each other, so each can be written by a worker of its own.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from portal.core import urls
from portal.core.compression import Places, WrittenBlocks, packed_file
from portal.core.files import file_digest, new_file, write_file
from portal.core.messages import Message
from portal.core.models import Download, Package, Resource, file_name
from portal.core.problems import UsageError
from portal.core.published_csv import published_csv
from portal.exports.geojson import write_geojson
from portal.exports.records import ProjectRecords
from portal.exports.xlsx import write_workbook
from portal.exports.zip import sums, write_zip
from portal.history import RecordVersions

MEDIA: Mapping[str, str] = {
    "descriptor": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
    "geojson": "application/geo+json",
    "dcat-ap": "application/ld+json",
    "csvw": "application/csvm+json",
    "json": "application/gzip",
    "ocds": "application/gzip",
    "oc4ids": "application/gzip",
    "quality": "application/json",
    "releases": "application/json",
    "changes": "text/csv",
    "signals": "text/csv",
    "citation": "application/vnd.citationstyles.csl+json",
    "bibtex": "application/x-bibtex",
    "sums": "text/plain",
}
"""The media type of each kind of file, as IANA has it where it does."""

DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True, slots=True)
class ExportJob:
    """What a worker needs to write a form of the open data."""

    package: Package
    base_url: str
    versions: RecordVersions
    """Which release the record of each project is of."""
    readme: str
    """Of the zip."""
    folder: Path
    """Of the site that is being made."""

    @property
    def data(self) -> Path:
        """The folder of the open data, which holds every CSV under its resource's name."""
        return _data_folder(self.folder)

    @property
    def whole(self) -> str:
        """The name of a file that holds the whole package, without its ending."""
        return self.free(self.package.name)

    def free_table(self, name: str) -> str:
        """The file name of a table of the site's own, which no resource has."""
        return f"{self.free(name)}.csv"

    def free(self, name: str) -> str:
        """`name`, or one like it that no resource has: its files are called as the resource is."""
        while name in {part.name for part in self.package.parts}:
            name += "-package"
        return name


def _data_folder(site: Path) -> Path:
    """The folder of the open data in the folder of a site."""
    return site / urls.DATA.strip("/")


def write_package(descriptor: Path, package: Package, folder: Path) -> tuple[Download, list[Download]]:
    """Write the package below the site's `folder`: every file as it was validated, and its descriptor.

    A file is a copy to the byte, but for a CSV of which columns are ignored or names are hidden.

    The descriptor has the version that the data are cited by, and says where each file is published, how large it is,
    and its SHA-256. Returns it and the files. Raises UsageError where a file has changed since it was validated.
    """
    content = json.loads(descriptor.read_text("utf-8-sig"))
    parts, copies = {part.name: part for part in package.parts}, []
    for described in content["resources"]:
        part = parts[described["name"]]
        file = folder / urls.output_path(urls.data_file(file_name(part.name)))
        with new_file(file) as new:
            source = descriptor.parent / part.path
            if isinstance(part, Resource) and (part.ignored or part.hidden_names):
                new.write_bytes(published_csv(source.read_bytes(), part.ignored, part.hidden_names))
            else:
                shutil.copyfile(source, new)
        kind = "csv" if isinstance(part, Resource) else "geojson"
        copy = _published(file.parent, file.name, kind, part.name)
        if copy.sha256 != part.sha256:
            raise UsageError(f"{part.path}: changed while the site was being built. Build again.")
        described |= {"path": copy.name, "bytes": copy.bytes, "hash": f"sha256:{copy.sha256}"}
        copies.append(copy)
    content["version"] = package.version
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return publish(folder, DESCRIPTOR, "descriptor", text.encode()), copies


def publish(folder: Path, name: str, kind: str, data: bytes) -> Download:
    """Write a file of the open data below the site's `folder`."""
    write_file(folder, urls.output_path(urls.data_file(name)), data)
    return _published(_data_folder(folder), name, kind)


class _Writer(ExitStack):
    """Writes a file of the open data within a `with` block."""

    def __init__(self, folder: Path, name: str, kind: str) -> None:
        """The file `name` below the site's `folder`; it is there once the block has ended well."""
        super().__init__()
        self._data, self._name, self._kind = _data_folder(folder), name, kind

    def _begin(self) -> Path:
        """Begin the file; returns where its bytes go until the block ends."""
        return self.enter_context(new_file(self._data / self._name))

    @property
    def download(self) -> Download:
        """The file. Raises OSError before the block has ended well."""
        return _published(self._data, self._name, self._kind)


class PackedWriter(_Writer):
    """Writes a file of texts that is packed by gzip."""

    def __enter__(self) -> Self:
        """Begin the file."""
        file = self.enter_context(self._begin().open("wb"))
        self._packed = self.enter_context(packed_file(file))
        return self

    def write(self, text: str) -> None:
        """Add a text."""
        self._packed.write(text.encode())


class TableWriter(_Writer):
    """Writes a CSV that is none of the package's own."""

    def __init__(self, folder: Path, name: str, kind: str, header: Sequence[str]) -> None:
        """See `_Writer`; `header` are the names of the columns."""
        super().__init__(folder, name, kind)
        self._header = header

    def __enter__(self) -> Self:
        """Begin the file with its header."""
        self._file = self.enter_context(self._begin().open("w", encoding="utf-8", newline=""))
        self.write([self._header])
        return self

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows."""
        csv.writer(self._file).writerows(rows)

    def write_lines(self, lines: str) -> None:
        """Add rows as `table_lines` has them."""
        self._file.write(lines)


def table_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as they stand in a CSV that `TableWriter` writes."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def write_records(records: ProjectRecords, years: Collection[str], job: ExportJob) -> dict[str, Download]:
    """Write the records of the projects of these fiscal years, a file of JSON Lines for each; returns them by year."""
    with ExitStack() as stack:
        files = {
            year: stack.enter_context(PackedWriter(job.folder, urls.records(year).removeprefix(urls.DATA), "json"))
            for year in years
        }
        for year, line in records.lines(years):
            files[year].write(line)
    return {year: file.download for year, file in files.items()}


def publish_release(folder: Path, path: str, inside: str, day: date, files: Mapping[str, bytes]) -> int:
    """Write the zip of an earlier release at a path of the site, its files as they stood; returns its size."""
    digests = [(name, hashlib.sha256(data).hexdigest()) for name, data in files.items()]
    file = folder / urls.output_path(path)
    write_zip(file, inside, day, {**files, "SHA256SUMS": sums(digests)})
    return file.stat().st_size


def _published(data: Path, name: str, kind: str, resource: str | None = None) -> Download:
    """The file `name` of the folder `data`, which has been written already."""
    file, media = data / name, MEDIA["zip" if name.endswith(".zip") else kind]
    return Download(name, kind, media, resource, file.stat().st_size, file_digest(file))


def write_whole_workbook(job: ExportJob, last: WrittenBlocks | None = None) -> tuple[Download, Places]:
    """Write the workbook of the whole package, see `write_workbook`. Returns it, and where its rows are."""
    file = job.data / f"{job.whole}.xlsx"
    places = write_workbook(job.package, job.data, file, last)
    return _published(job.data, file.name, "xlsx"), places


def _each(job: ExportJob, kind: str, write: Callable[[Resource, Path, Path], None]) -> list[Download]:
    """Every resource in a form of its own."""
    downloads = []
    for resource in job.package.resources.values():
        name = f"{resource.name}.{kind}"
        write(resource, job.data / f"{resource.name}.csv", job.data / name)
        downloads.append(_published(job.data, name, kind, resource.name))
    return downloads


def _parquet(job: ExportJob) -> list[Download]:
    # Polars takes a quarter of a second to import, and one worker alone needs it.
    from portal.exports.parquet import write_parquet

    return _each(job, "parquet", write_parquet)


def _geojson(job: ExportJob) -> list[Download]:
    file, projects = job.data / f"{job.whole}.geojson", job.package.resources["projects"]
    written = write_geojson(projects, job.data / "projects.csv", job.base_url, file)
    return [_published(job.data, file.name, "geojson")] if written else []


def _zip(job: ExportJob) -> list[Download]:
    """The package as it is, with what a reader needs to know of it and to prove which one it is."""
    texts = {
        DESCRIPTOR: (job.data / DESCRIPTOR).read_bytes(),
        "README.md": job.readme.encode(),
        "LICENSE.txt": _licence(job.package).encode(),
    }
    data = list(job.package.sums.items())
    digests = [*data, *((name, hashlib.sha256(text).hexdigest()) for name, text in texts.items())]
    files = texts | {"SHA256SUMS": sums(digests)} | {name: job.data / name for name, _ in data}
    name = f"{job.whole}.zip"
    write_zip(job.data / name, job.whole, job.package.created, files)
    return [_published(job.data, name, "zip")]


NO_LICENCE = Message("No licence is stated.")


def _licence(package: Package) -> str:
    """What the descriptor says of licences, in all its languages; it never says more."""
    lines = []
    for licence in package.licences:
        lines += [*licence.title, licence.path or "", ""]
    return "\n".join(lines or [*NO_LICENCE.text(package.conventions.languages), ""])


EXPORTERS: Mapping[str, Callable[[ExportJob], list[Download]]] = {
    "zip": _zip,
    "parquet": _parquet,
    "geojson": _geojson,
}
"""What writes each form of the open data but the workbook, the slowest first."""


def write_form(form: str, job: ExportJob) -> list[Download]:
    """Write one of `EXPORTERS`. Runs in a worker."""
    return EXPORTERS[form](job)


def write_sums(downloads: Iterable[Download], folder: Path) -> Download:
    """Write `SHA256SUMS` of all downloads."""
    return publish(folder, "SHA256SUMS", "sums", sums((download.name, download.sha256) for download in downloads))
