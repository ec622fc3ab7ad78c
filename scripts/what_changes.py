"""Say, in Markdown, what differs between the package as it lies here and the one of an earlier commit.

    python -m scripts.what_changes BASE [--package PATH]

Where the package has problems, these are what is said. The text is added to the file that GITHUB_STEP_SUMMARY names, or
else printed for reading. It ends well whatever it has to say: it is the check that fails.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.core.cache import Cache
from portal.core.config import read_config
from portal.core.formats import number
from portal.core.models import Bilingual, Change, ChangeKind, History, Package, Portal, Release, Withheld
from portal.core.problems import UsageError
from portal.history import (
    HIDDEN,
    ChangelogItem,
    ChangelogKind,
    Commit,
    Direction,
    ReleaseChangelog,
    Repository,
    States,
    Timeline,
    Unreadable,
    Version,
    blob_id,
    build_timeline,
    compare_tables,
    gone_by,
    is_news,
    read_history,
    read_version,
    repository_of,
    same_version,
    with_published_progress,
    withhold,
)
from portal.package import Guard, find_notices, locate_descriptor, read_guard, read_portal
from portal.rules import OBSERVATIONS, RuleTransitions, fields_of, given_by_agency
from scripts.markdown import listed, plain, publish, quoted, times

ROOT = Path(__file__).resolve().parent.parent

SHOWN = 20
"""Moves of a kind, and projects of a rule, that are told one by one."""

_CODE = ("build.py", "portal/", "templates/", "locales/", "pyproject.toml", "requirements.txt")
"""What every page is made by."""

HEADINGS: Mapping[ChangelogKind, tuple[str, str]] = {
    ChangelogKind.RETROACTIVE: ("edit of what had been reported already", "edits of what had been reported already"),
    ChangelogKind.REMOVED: ("project goes", "projects go"),
    ChangelogKind.RETURNED: ("project comes back", "projects come back"),
    ChangelogKind.ADDED: ("project comes", "projects come"),
    ChangelogKind.FINISHED: ("project reaches 100 percent", "projects reach 100 percent"),
    ChangelogKind.SILENT: ("running project falls silent", "running projects fall silent"),
    ChangelogKind.MONEY: ("change of an amount", "changes of amounts"),
    ChangelogKind.DATES: ("change of dates", "changes of dates"),
    ChangelogKind.PROGRESS: ("change of progress", "changes of progress"),
    ChangelogKind.REPORTED: ("project with new reports", "projects with new reports"),
    ChangelogKind.OTHER: ("project with other changes", "projects with other changes"),
}
"""Of each kind, one and several, in the order in which a reviewer needs them."""


_AMOUNT, _FAR, _MOST, _ID = "the largest amounts", "those that moved farthest", "those with most", "the first by id"

ORDERS: Mapping[ChangelogKind, str] = {
    **dict.fromkeys(ChangelogKind, _ID),
    **dict.fromkeys((ChangelogKind.ADDED, ChangelogKind.RETURNED, ChangelogKind.REMOVED, ChangelogKind.MONEY), _AMOUNT),
    **dict.fromkeys((ChangelogKind.DATES, ChangelogKind.PROGRESS, ChangelogKind.FINISHED), _FAR),
    **dict.fromkeys((ChangelogKind.REPORTED, ChangelogKind.OTHER), _MOST),
}
"""What the moves of each kind are that are told one by one."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The package at a commit."""

    commit: str
    version: str
    tables: Mapping[str, Version]
    files: Sequence[str]
    """Those of the content and the program that have differed since."""


def changes(base: str, package: Path) -> Iterator[str]:
    """The lines that say what differs between the package at `base` and as it is."""
    problems = _problems(package)
    if problems:
        yield from problems
        return
    portal = read_portal(package, ignored=read_config(ROOT / "pyproject.toml").ignore_columns).portal
    assert portal is not None
    descriptor = locate_descriptor(package)
    yield from ("# What would change", "")
    try:
        earlier = _earlier(base, descriptor)
    except (Unreadable, UsageError) as error:
        yield f"It cannot be said: {plain(str(error).rstrip('.'))}."
        return
    if earlier is None:
        yield (
            f"This is the first release: {plain(base)} has no package. It has "
            f"{times(len(portal.projects), 'project', 'projects')}."
        )
        return
    yield from _differences(earlier, portal, descriptor)


def _problems(package: Path) -> list[str]:
    """What the check says; nothing where it is content."""
    command = [sys.executable, str(ROOT / "build.py"), "check", "--format", "json", "--package", str(package)]
    result = subprocess.run(command, capture_output=True, encoding="utf-8")
    if result.returncode == 0:
        return []
    try:
        problems = json.loads(result.stdout)["problems"]
    except (ValueError, LookupError):
        return ["# The check could not be made", "", quoted(result.stderr)]
    heading = f"# {times(len(problems), 'problem', 'problems')}: this cannot be published"
    return [heading, "", *listed([problem["text"] for problem in problems])]


def _earlier(base: str, descriptor: Path) -> Earlier | None:
    """The package at the commit `base`; None where there was none. Raises Unreadable, or UsageError where git fails."""
    with repository_of(descriptor) as repository:
        if repository is None:
            return None
        commit = repository.find(base)
        if commit is None:
            raise Unreadable(f"the commit {base} is not in this clone")
        try:
            state = States(repository).at(commit)
            if state is None:
                return None
            tables = {
                name: read_version(name, repository.blob(blob), state.resources[name])
                for name, blob in state.blobs.items()
            }
        except (Unreadable, UsageError, ValueError, csv.Error) as error:
            raise Unreadable(f"the package of {base} cannot be read: {error}") from error
        return Earlier(commit.id, state.version, tables, _files(repository, commit))


def _differences(earlier: Earlier, portal: Portal, descriptor: Path) -> Iterator[str]:
    package = portal.package
    try:
        found = tuple(_changes(earlier.tables, descriptor))
    except (ValueError, csv.Error):
        yield f"It cannot be said: the tables of {earlier.commit[:8]} cannot be compared with these."
        return
    moment, guard = datetime.fromtimestamp(0, UTC), read_guard(descriptor)
    two = Release(earlier.commit, moment, earlier.version, (), ()), Release("", moment, package.version, (), found)
    # The summary is as public as the site.
    published = withhold(History(two), portal, guard)
    before, after = published.releases
    earlier = replace(earlier, version="(withheld: personal data)" if before.withheld else earlier.version)
    found = after.changes
    versions = "" if earlier.version == package.version else f" Version {plain(earlier.version)} becomes"
    yield f"Against {earlier.commit[:8]}.{versions}{f' {plain(package.version)}.' if versions else ''}"
    yield ""
    if notes := find_notices(package, found):
        yield from ("## Look at this first", "", *listed([note.text for note in notes]), "")
    known, moves, whole = _told(published, portal, descriptor, guard)
    if other := same_version(package, whole):
        which = f"release {plain(package.version) or '–'} (commit {other.commit[:8]})"
        yield f'**The data differ from {which} but the version is the same. Raise "version" in datapackage.json.**'
        yield ""
    yield from _tables(found, package)
    yield from _summary(moves, package)
    yield from _moves(moves, portal)
    yield from _rules(known)
    yield from _pages(earlier, found)


def _changes(tables: Mapping[str, Version], descriptor: Path) -> Iterator[Change]:
    """What differs between the earlier tables and those on the disk. ValueError where they cannot be compared."""
    content = json.loads(descriptor.read_text("utf-8"))
    resources = {one["name"]: one for one in content["resources"]}
    now = {
        name: read_version(name, (descriptor.parent / str(one["path"])).read_bytes(), one)
        for name, one in resources.items()
    }
    for name in sorted(tables.keys() | now.keys()):
        before, after = tables.get(name), now.get(name)
        if before and after:
            yield from compare_tables(before, after)
        elif one := before or after:
            empty = Version(one.name, one.header, frozenset(), {}, one.key, one.strict, one.types, one.missing)
            yield from compare_tables(before or empty, after or empty)


def _told(
    two: History, portal: Portal, descriptor: Path, guard: Guard
) -> tuple[Timeline, ReleaseChangelog | None, History]:
    """The changes as one release, with the rules that began and ended; that as people read it; and all releases."""
    whole = withhold(read_history(descriptor, portal.package, Cache(ROOT / ".cache")), portal, guard)
    config = read_config(ROOT / "pyproject.toml")
    transitions = RuleTransitions(config.signals, fields_of(portal.package), given=given_by_agency(portal.projects))
    committed = [one.commit for one in whole.releases if one.commit]
    base = two.releases[0].commit
    until = committed.index(base) + 1 if base in committed else len(committed)
    known = build_timeline(with_published_progress(portal, whole), two, transitions, gone_by(whole.releases[:until]))
    return known, known.releases[0] if known.releases else None, whole


def _summary(moves: ReleaseChangelog | None, package: Package) -> Iterator[str]:
    """What happens to projects in a line for each kind, with counts and sums."""
    if not moves or not moves.summary:
        return
    for one in moves.summary:
        field = package.resources["projects"].fields.get(one.field or "")
        name = plain((field.title if field else Bilingual(one.field or ""))["en"])
        what = times(one.projects, *HEADINGS[one.kind]) if one.field is None else ""
        if one.field is not None:
            what = f"{times(one.projects, 'project', 'projects')}: {name} {_DIRECTIONS[one.direction]}"
        elif one.count != one.projects:
            what = f"{times(one.count, *HEADINGS[one.kind])}, of {times(one.projects, 'project', 'projects')}"
        amount = (
            ""
            if one.amount is None
            else f", {number(one.amount)} baht, of {times(one.with_amount, 'project', 'projects')}"
        )
        yield f"- {what}{amount}"
    yield ""


_DIRECTIONS = {
    Direction.VANISHED: "is no longer given",
    Direction.NEW: "is now given",
    Direction.UP: "rises",
    Direction.DOWN: "falls",
    None: "changes",
}


def _tables(found: Sequence[Change], package: Package) -> Iterator[str]:
    """How many records of each table came, went and differ."""
    records: defaultdict[str, defaultdict[ChangeKind, set[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(set))
    for change in found:
        if change.kind not in HIDDEN:
            records[change.resource][change.kind].add(change.record)
    if not records:
        yield "No record comes, goes or changes."
    else:
        yield from ("| table | records added | removed | changed |", "| --- | ---: | ---: | ---: |")
    for name in sorted(records, key=lambda name: (name not in package.resources, name)):
        kinds = [records[name][kind] for kind in (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.CHANGED)]
        yield f"| {plain(name)} | " + " | ".join(f"{len(one):,}" for one in kinds) + " |"
    yield ""
    hidden = Counter(change.kind for change in found)
    if hidden[ChangeKind.REWRITTEN]:
        cells = times(hidden[ChangeKind.REWRITTEN], "cell is", "cells are")
        yield from (f"{cells} written otherwise, with the same value.", "")
    for change in found:
        if change.kind is ChangeKind.RENAMED:
            names = f"{plain(change.before)} becomes {plain(change.after)}"
            yield from (f"A column of {plain(change.resource)} has another name: {names}.", "")


def _moves(moves: ReleaseChangelog | None, portal: Portal) -> Iterator[str]:
    """What happens to projects, by kind: how often, and the first ones in words."""
    for kind, (one, several) in HEADINGS.items() if moves else ():
        assert moves is not None
        found = [move for move in moves.moves if move.kind is kind]
        if found:
            yield from (f"## {times(len(found), one, several)}", "")
            yield from (f"- {_sentence(move, portal.package)}" for move in found[:SHOWN])
            if len(found) > SHOWN:
                yield f"- …and {len(found) - SHOWN:,} more of {len(found):,}; those above are {ORDERS[kind]}"
            yield ""


def _sentence(move: ChangelogItem, package: Package) -> str:
    about = f"**{plain(move.title)}** ({plain(move.project_id)})"
    fields = package.resources[move.resource].fields if move.resource in package.resources else {}
    known = fields.get(move.field or "")
    name = plain((known.title if known else Bilingual(move.field or ""))["en"])
    match move.kind:
        case ChangelogKind.RETURNED if move.last_published:
            day = move.last_published.published.date()
            return f"{about}, was last published on {day}, budget received: {_written(move.after)}"
        case ChangelogKind.ADDED | ChangelogKind.REMOVED:
            return f"{about}, budget received: {_written(move.after)}"
        case ChangelogKind.SILENT:
            return about
        case ChangelogKind.REPORTED:
            return f"{about}: {times(move.count, 'report', 'reports')}"
        case ChangelogKind.OTHER:
            return f"{about}: {times(move.count, 'cell or record', 'cells or records')}"
        case ChangelogKind.RETROACTIVE if move.field is None:
            return f"{about}: {plain(move.resource)} {plain(move.record_name['en'])} is removed"
        case ChangelogKind.RETROACTIVE:
            name = f"{plain(move.resource)} {plain(move.record_name['en'])}, {name}"
    # Of a date it is days, and the two dates say it already.
    is_far = move.kind is not ChangelogKind.DATES and None not in (move.before, move.after)
    far = move.size if is_far else None
    size = "" if far is None else f" ({'+' if far > 0 else ''}{number(far)})"
    return f"{about}: {name}: {_written(move.before)} → {_written(move.after)}{size}"


def _rules(known: Timeline) -> Iterator[str]:
    """The observations that begin and end."""
    entries = {project_id: found[0] for project_id, found in known.entries.items() if found}
    lines = []
    for rule in OBSERVATIONS:
        began = [project_id for project_id, entry in sorted(entries.items()) if rule.name in entry.began]
        ended = sum(rule.name in entry.ended for entry in entries.values())
        if began or ended:
            more = f", … the first {SHOWN} of {len(began):,} by id" if len(began) > SHOWN else ""
            names = ", ".join(plain(one) for one in began[:SHOWN]) + more
            lines.append(f"| {plain(rule.title['en'])} | {len(began):,} | {ended:,} | {names} |")
    if lines:
        yield from ("## Observations", "", "| rule | begin | end | begin at |", "| --- | ---: | ---: | --- |")
        yield from (*lines, "")


def _pages(earlier: Earlier, found: Sequence[Change]) -> Iterator[str]:
    """Which pages come, go and change, as far as the sources tell."""
    kinds: defaultdict[str, set[ChangeKind]] = defaultdict(set)
    for change in found:
        if change.project_id and is_news(change):
            own = change.resource == "projects"
            kinds[change.project_id].add(change.kind if own else ChangeKind.CHANGED)
    count = Counter(
        kind
        for own in kinds.values()
        for kind in [next((k for k in (ChangeKind.ADDED, ChangeKind.REMOVED) if k in own), ChangeKind.CHANGED)]
    )
    yield from ("## Pages", "")
    if count:
        new, changed = count[ChangeKind.ADDED], count[ChangeKind.CHANGED]
        yield f"- pages of projects, in each language: {new:,} new, {changed:,} changed"
        yield "- the lists, totals and downloads that hold them, and a page of this release below /changes/"
    if count[ChangeKind.REMOVED]:
        gone = times(count[ChangeKind.REMOVED], "page of a project", "pages of projects")
        yield f"- {gone} will say that the project left the data, with its last values"
    documents = [name for name in earlier.files if name.startswith("content/")]
    yield from (f"- {plain(name)}" for name in documents[:SHOWN])
    if len(documents) > SHOWN:
        yield f"- …and {len(documents) - SHOWN:,} more of content/"
    code = [name for name in earlier.files if name.startswith(_CODE) and not name.endswith((".csv", ".json"))]
    if code:
        yield f"- possibly every page: {times(len(code), 'file', 'files')} of the program changed"
    if not count and not documents and not code:
        yield "- none but those that tell when the data were released"


def _files(repository: Repository, commit: Commit) -> list[str]:
    """The files of the content and the program that differ from those of a commit, by what they hold."""
    top, places = repository.top, ("content", *(place.rstrip("/") for place in _CODE))
    then = {path: entry.id for place in places for path, entry in repository.below(commit, place)}
    now = {path.relative_to(top).as_posix(): path for place in places for path in _below(top / place)}
    return sorted(name for name in then.keys() | now.keys() if not _is_same(now.get(name), then.get(name)))


def _below(path: Path) -> Iterator[Path]:
    """The file or link at a path, or all that are within that folder."""
    found = path.rglob("*") if path.is_dir() and not path.is_symlink() else [path]
    yield from (one for one in found if (one.is_file() or one.is_symlink()) and "__pycache__" not in one.parts)


def _is_same(path: Path | None, blob: str | None) -> bool:
    if path is None or blob is None:
        return False
    data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    # Git for Windows writes line ends into the work tree that no commit has.
    return blob in (blob_id(data, like=blob), blob_id(data.replace(b"\r\n", b"\n"), like=blob))


def _written(value: Any) -> str:
    if value is None:
        return "(blank)"
    if value is Withheld.WITHHELD:
        return "(withheld: personal data)"
    if isinstance(value, (int, Decimal)):
        return number(value)
    return value.isoformat() if isinstance(value, date) else plain(value, 80)


def main(arguments: Sequence[str] | None = None) -> None:
    """Say what would change."""
    parser = argparse.ArgumentParser(prog="scripts.what_changes", description="Say, in Markdown, what would change.")
    parser.add_argument("base", metavar="BASE", help="the commit to compare with")
    parser.add_argument("--package", type=Path, default=ROOT, metavar="PATH", help="a datapackage.json or its folder")
    values = parser.parse_args(arguments)
    publish(changes(values.base, values.package))


if __name__ == "__main__":
    main()
