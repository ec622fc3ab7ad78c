"""A repository of the fictional package with a daily release in each commit.

    python -m benchmarks.releases FOLDER [--projects 10000] [--described 1] [--releases 30]

A daily release: one project in a hundred of the newest fiscal year has other figures, another month and a new report;
the version is raised, and `created` is the next day.

The tables of a large package are 170 MB. Git itself takes ten seconds and 40 MB for each state of them, so this module
packs them: of each state, what differs from an earlier one.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import os
import struct
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path

from benchmarks.fiction import YEARS, make

DESCRIPTOR = "datapackage.json"
PROJECTS, MONTHS, REPORTS = (f"data/{name}.csv" for name in ("projects", "monthly_results", "progress_reports"))

FIRST_DAY = date(2026, 10, 15)

Files = dict[str, list[bytes]]
"""The lines of each file that a daily release changes, by path. No cell of the fictional package has a line end."""


def read(folder: Path) -> Files:
    """The files of the package in `folder`."""
    return {
        name: (folder / name).read_bytes().splitlines(keepends=True) for name in (DESCRIPTOR, PROJECTS, MONTHS, REPORTS)
    }


def write(folder: Path, files: Files) -> None:
    """Write the files to `folder`."""
    for name, lines in files.items():
        (folder / name).write_bytes(b"".join(lines))


def release(files: Files, number: int, added: int = 0) -> Files:
    """The daily release `number` after the state `files`, with `added` new projects at the top of projects.csv."""
    projects, months, reports = list(files[PROJECTS]), list(files[MONTHS]), list(files[REPORTS])
    column = {name: place for place, name in enumerate(_cells(projects[0]))}
    year = f"{max(YEARS)}".encode()
    newest = [place for place, line in enumerate(projects) if line.split(b",", 2)[1] == year]
    changed: dict[bytes, str] = {}
    for place in newest[number % min(100, len(newest)) :: 100]:
        row = _cells(projects[place])
        progress = (int(row[column["progress_percent"]]) + 7) % 101
        row[column["progress_percent"]] = row[column["result_value"]] = str(progress)
        row[column["budget_spent"]] = str(int(row[column["budget_received"]]) * progress // 100)
        projects[place] = _line(row)
        changed[row[0].encode()] = str(progress)
    for place, line in enumerate(months):
        project, month, _ = line.split(b",")
        if project in changed and int(month) == 1 + number % 11:
            months[place] = b"%s,%s,%s\n" % (project, month, changed[project].encode())
    latest = {key: line for line in reports if (key := line.split(b",", 1)[0]) in changed}
    for key, line in latest.items():
        project_id, day, _, *texts = _cells(line)
        following = date.fromisoformat(day) + timedelta(days=1)
        reports.append(_line([project_id, following.isoformat(), changed[key], *texts]))
    for new in range(added):
        row = _cells(files[PROJECTS][newest[new % len(newest)]])
        row[0] = f"{row[column['agency_id']]}-9{number:05}{new:02}"
        row[column["title"]] += f" {number}/{new}"
        projects.insert(1, _line(row))
    return {DESCRIPTOR: _descriptor(files, number), PROJECTS: projects, MONTHS: months, REPORTS: reports}


def commit_releases(folder: Path, count: int) -> None:
    """Make a repository of the package in `folder`: a commit of it, and one for each of `count` daily releases."""
    first = read(folder)
    first[DESCRIPTOR] = _descriptor(first, 0)
    write(folder, first)
    git(folder, "init", "-q", "-b", "main")
    commit(folder, 0)
    pack = _Pack()
    states = {0: first}
    ids = {0: {name: _blob_id(lines) for name, lines in first.items()}}
    stream = io.BytesIO()
    for number in range(1, count + 1):
        # As far back as the lowest bit of the number says: no state is more than log2(count) differences away.
        base = number & (number - 1)
        files = release(states[number - 1], number)
        ids[number] = {name: pack.add(ids[base][name], states[base][name], lines) for name, lines in files.items()}
        stream.write(b"commit refs/heads/main\ncommitter fiction <fiction> %d +0000\ndata 0\n" % _moment(number))
        stream.write(b"from refs/heads/main^0\n" if number == 1 else b"")
        for name in files:
            stream.write(b"M 100644 %s %s\n" % (ids[number][name].encode(), name.encode()))
        states = {earlier: states[earlier] for earlier in _bases(number - 1)} | {number: files}
    git(folder, "index-pack", "--stdin", "--fix-thin", given=pack.bytes())
    git(folder, "fast-import", "--quiet", given=stream.getvalue())
    git(folder, "reset", "-q", "--hard", "main")


def commit(folder: Path, number: int) -> None:
    """Commit the package in `folder` as the release `number`."""
    git(folder, "add", DESCRIPTOR, "data")
    day = f"{_moment(number)} +0000"
    dates = {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    git(folder, "commit", "-q", "--allow-empty-message", "-m", "", environment=dates)


def count(folder: Path) -> int:
    """How many daily releases the repository has."""
    command: list[str | Path] = ["git", "-C", folder, "rev-list", "--count", "HEAD"]
    return int(subprocess.run(command, check=True, capture_output=True).stdout) - 1


def git(folder: Path, *arguments: str, given: bytes | None = None, environment: dict[str, str] | None = None) -> None:
    """Run git in `folder`, as nobody; `given` is its standard input."""
    who = {f"GIT_{role}_{what}": "fiction" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command: list[str | Path] = ["git", "-c", "core.compression=1", "-C", folder, *arguments]
    # index-pack prints the name of the pack.
    subprocess.run(
        command, check=True, input=given, stdout=subprocess.DEVNULL, env=os.environ | who | (environment or {})
    )


class _Pack:
    """A pack of git in the making: each object as its difference from another (see `git help format-pack`)."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []

    def add(self, base_id: str, base: Sequence[bytes], lines: Sequence[bytes]) -> str:
        """Add a file of which `base` is an earlier state, with its id; returns the id of the file."""
        difference = bytes(_difference(base, lines))
        # The type is REF_DELTA, 7: the size's lowest four bits stand beside it.
        size = len(difference)
        head = bytes([0x70 | size & 0x0F | (0x80 if size > 0x0F else 0)])
        head += _number(size >> 4) if size > 0x0F else b""
        self.entries.append(head + bytes.fromhex(base_id) + zlib.compress(difference, 1))
        return _blob_id(lines)

    def bytes(self) -> bytes:
        """The whole pack."""
        content = b"".join([b"PACK", struct.pack(">II", 2, len(self.entries)), *self.entries])
        return content + hashlib.sha1(content, usedforsecurity=False).digest()


def _difference(base: Sequence[bytes], lines: Sequence[bytes]) -> bytearray:
    """How git writes the file `lines` as copies of parts of the file `base`, and what is new between them.

    A line is compared with that of the same number.
    """
    difference = bytearray(_number(sum(map(len, base))) + _number(sum(map(len, lines))))
    start = end = 0
    for old, new in zip_longest(base, lines, fillvalue=b""):
        if old is new or old == new:
            end += len(old)
            continue
        difference += _copy(start, end)
        for place in range(0, len(new), 127):
            part = new[place : place + 127]
            difference += bytes([len(part)]) + part
        start = end = end + len(old)
    return difference + _copy(start, end)


def _copy(start: int, end: int) -> bytes:
    """Copies of the bytes from `start` to `end`, each of at most 2^24 - 1 bytes."""
    largest = 0xFFFFFF
    return b"".join(
        b"\xff" + struct.pack("<I", place) + struct.pack("<I", min(largest, end - place))[:3]
        for place in range(start, end, largest)
    )


def _number(value: int) -> bytes:
    """A number in groups of seven bits, the lowest first."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def _blob_id(lines: Sequence[bytes]) -> str:
    """The id that git gives a file."""
    digest = hashlib.sha1(b"blob %d\0" % sum(map(len, lines)), usedforsecurity=False)
    digest.update(b"".join(lines))
    return digest.hexdigest()


def _bases(number: int) -> Iterator[int]:
    """The releases that the release `number` or a later one may be packed as a difference from."""
    while number:
        yield number
        number &= number - 1
    yield 0


def _descriptor(files: Files, number: int) -> list[bytes]:
    """The descriptor of the release `number`."""
    content = json.loads(b"".join(files[DESCRIPTOR]))
    content |= {"version": f"1.0.{number}", "created": f"{FIRST_DAY + timedelta(days=number)}T00:00:00Z"}
    return json.dumps(content, ensure_ascii=False, indent=2).encode().splitlines(keepends=True)


def _moment(number: int) -> int:
    """When the release `number` is committed, in seconds since 1970."""
    return int(datetime.combine(FIRST_DAY + timedelta(days=number), time(18), UTC).timestamp())


def _cells(line: bytes) -> list[str]:
    return next(csv.reader([line.decode()]))


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--described", type=int, default=1, metavar="N", help="one project in N has long texts")
    parser.add_argument("--releases", type=int, default=30)
    arguments = parser.parse_args()
    make(arguments.folder, arguments.projects, described=arguments.described)
    commit_releases(arguments.folder, arguments.releases)
