"""The package as it is and a commit -> what publishing the package would change since that commit, as Markdown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.core.cache import Cache
from portal.core.config import SiteConfig
from portal.core.formats import number
from portal.core.markdown import listed, plain, quoted, times
from portal.core.models import Bilingual, Change, ChangeKind, History, Package, Portal, Release, Withheld
from portal.core.problems import BuildError, Problem, UsageError, grouped
from portal.history import (
    SAME_VALUE_KINDS,
    ChangelogItem,
    ChangelogKind,
    ChangelogSummary,
    Direction,
    ReleaseChangelog,
    Timeline,
    UnreadablePackage,
    WorkingChanges,
    build_timeline,
    changes_since,
    is_news,
    read_history,
    removed_by,
    same_version,
    with_published_progress,
    withhold,
)
from portal.package import find_notices, locate_descriptor, read_guard
from portal.rules import OBSERVATIONS, RuleTransitions, fields_of, given_by_agency

SHOWN = 20
"""How many items of a kind, projects of a rule, and files are named one by one."""

PROGRAM = ("build.py", "portal", "templates", "locales", "pyproject.toml", "requirements.txt")
"""The files and folders that every page is made by."""

TITLES: Mapping[ChangelogKind, tuple[str, str]] = {
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
"""The title of each kind, singular and plural, in the order in which a reviewer needs them."""


_LARGEST, _FARTHEST, _MOST = "the largest amounts", "those that moved farthest", "those with most"

ORDERS: Mapping[ChangelogKind, str] = {
    **dict.fromkeys(ChangelogKind, "the first by id"),
    **dict.fromkeys(
        (ChangelogKind.ADDED, ChangelogKind.RETURNED, ChangelogKind.REMOVED, ChangelogKind.MONEY), _LARGEST
    ),
    **dict.fromkeys((ChangelogKind.DATES, ChangelogKind.PROGRESS, ChangelogKind.FINISHED), _FARTHEST),
    **dict.fromkeys((ChangelogKind.REPORTED, ChangelogKind.OTHER), _MOST),
}
"""By which order the items of each kind that are named are the first."""

_DIRECTIONS = {
    Direction.VANISHED: "is no longer given",
    Direction.NEW: "is now given",
    Direction.UP: "rises",
    Direction.DOWN: "falls",
    None: "changes",
}

_WITHHELD = "(withheld: personal data)"


def diff_report(
    package: Path, revision: str, config: SiteConfig, cache: Cache, read_checked: Callable[[], Portal]
) -> Iterator[str]:
    """The lines of what differs between the package in the commit `revision` and as it is; or of its problems.

    `package` is the descriptor or its folder; `revision` whatever git accepts for a commit. `read_checked` reads and
    checks the package, and raises BuildError or UsageError as the check does. Raises UsageError if git stops working
    midway.
    """
    try:
        portal = read_checked()
        descriptor = locate_descriptor(package)
    except BuildError as error:
        yield from _problems(error.problems)
        return
    except UsageError as error:
        yield from ("# The check could not be made", "", quoted(str(error)))
        return
    yield from ("# What would change", "")
    try:
        changes = changes_since(descriptor, portal.package, revision, ("content", *PROGRAM))
    except (UnreadablePackage, UsageError) as error:
        yield f"It cannot be said: {plain(str(error).rstrip('.'), 200)}."
        return
    if changes is None:
        count = times(len(portal.projects), "project", "projects")
        yield f"This is the first release: {plain(revision)} has no package. It has {count}."
        return
    yield from _report(_compare(changes, portal, descriptor, config, cache))


def _problems(problems: Sequence[Problem]) -> Iterator[str]:
    kinds = grouped(problems)
    yield from (f"# {times(len(kinds), 'problem', 'problems')}: this cannot be published", "")
    yield from listed([problem.text for problem in kinds])


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What differs between a commit and the package as it is, without what is withheld."""

    portal: Portal
    before: Release
    after: Release
    files: Sequence[str]
    """The files of the content and the program that differ."""
    timeline: Timeline
    """Of two releases, `before` and `after`."""
    same_version: Release | None
    """A release that has the version of the package, but other data."""

    @property
    def changelog(self) -> ReleaseChangelog | None:
        """The changelog of `after`; None if it changed nothing."""
        return self.timeline.releases[0] if self.timeline.releases else None


def _compare(
    changes: WorkingChanges, portal: Portal, descriptor: Path, config: SiteConfig, cache: Cache
) -> _Comparison:
    """Treat the changes as those of one release, and withhold what the site would: the summary is as public."""
    guard, unknown_time = read_guard(descriptor), datetime.fromtimestamp(0, UTC)
    before = Release(changes.commit, unknown_time, changes.version, (), ())
    after = Release("", unknown_time, portal.package.version, (), changes.changes)
    history = withhold(History((before, after)), portal, guard)
    before, after = history.releases
    whole_history = withhold(read_history(descriptor, portal.package, cache), portal, guard)
    committed = [release.commit for release in whole_history.releases if release.commit]
    count = committed.index(before.commit) + 1 if before.commit in committed else len(committed)
    timeline = build_timeline(
        with_published_progress(portal, whole_history),
        history,
        RuleTransitions(config.signals, fields_of(portal.package), given=given_by_agency(portal.projects)),
        removed_by(whole_history.releases[:count]),
    )
    same = same_version(portal.package, whole_history)
    return _Comparison(portal, before, after, changes.files, timeline, same)


def _report(comparison: _Comparison) -> Iterator[str]:
    package, changes = comparison.portal.package, comparison.after.changes
    yield from (_heading(comparison), "")
    if remarks := find_notices(package, changes):
        yield from ("## Look at this first", "", *listed([remark.text for remark in remarks]), "")
    if other := comparison.same_version:
        which = f"release {plain(package.version) or '–'} (commit {other.commit[:8]})"
        yield f'**The data differ from {which} but the version is the same. Raise "version" in datapackage.json.**'
        yield ""
    yield from _tables(changes, package)
    if comparison.changelog:
        yield from _summary(comparison.changelog, package)
        yield from _items(comparison.changelog, package)
    yield from _rules(comparison.timeline)
    yield from _pages(changes, comparison.files)


def _heading(comparison: _Comparison) -> str:
    before, version = comparison.before, comparison.portal.package.version
    old_version = _WITHHELD if before.withheld else before.version
    line = f"Against {before.commit[:8]}."
    return line if old_version == version else f"{line} Version {plain(old_version)} becomes {plain(version)}."


def _tables(changes: Sequence[Change], package: Package) -> Iterator[str]:
    """How many records of each table were added, removed and changed."""
    records: defaultdict[str, defaultdict[ChangeKind, set[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(set))
    for change in changes:
        if change.kind not in SAME_VALUE_KINDS:
            records[change.resource][change.kind].add(change.record)
    if not records:
        yield "No record comes, goes or changes."
    else:
        yield from ("| table | records added | removed | changed |", "| --- | ---: | ---: | ---: |")
    for name in sorted(records, key=lambda name: (name not in package.resources, name)):
        kinds = [records[name][kind] for kind in (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.CHANGED)]
        yield f"| {plain(name)} | " + " | ".join(f"{len(keys):,}" for keys in kinds) + " |"
    yield ""
    if rewritten := sum(change.kind is ChangeKind.REWRITTEN for change in changes):
        yield from (f"{times(rewritten, 'cell is', 'cells are')} written otherwise, with the same value.", "")
    for change in changes:
        if change.kind is ChangeKind.RENAMED:
            names = f"{plain(change.before)} becomes {plain(change.after)}"
            yield from (f"A column of {plain(change.resource)} has another name: {names}.", "")


def _summary(changelog: ReleaseChangelog, package: Package) -> Iterator[str]:
    """What happens to projects: a line for each kind, with counts and sums."""
    yield from (f"- {_summary_line(summary, package)}" for summary in changelog.summary)
    if changelog.summary:
        yield ""


def _summary_line(summary: ChangelogSummary, package: Package) -> str:
    projects = times(summary.projects, "project", "projects")
    if summary.field is not None:
        line = f"{projects}: {_field_title(package, 'projects', summary.field)} {_DIRECTIONS[summary.direction]}"
    elif summary.count != summary.projects:
        line = f"{times(summary.count, *TITLES[summary.kind])}, of {projects}"
    else:
        line = times(summary.projects, *TITLES[summary.kind])
    if summary.amount is None:
        return line
    return f"{line}, {number(summary.amount)} baht, of {times(summary.with_amount, 'project', 'projects')}"


def _items(changelog: ReleaseChangelog, package: Package) -> Iterator[str]:
    """What happens to projects, by kind: how often, and the first ones in words."""
    for kind, titles in TITLES.items():
        items = [item for item in changelog.items if item.kind is kind]
        if items:
            yield from (f"## {times(len(items), *titles)}", "")
            yield from (f"- {_sentence(item, package)}" for item in items[:SHOWN])
            if len(items) > SHOWN:
                yield f"- …and {len(items) - SHOWN:,} more of {len(items):,}; those above are {ORDERS[kind]}"
            yield ""


def _sentence(item: ChangelogItem, package: Package) -> str:
    project = f"**{plain(item.title)}** ({plain(item.project_id)})"
    record = f"{plain(item.resource)} {plain(item.record_name['en'])}"
    match item.kind:
        case ChangelogKind.RETURNED if item.last_published:
            day = item.last_published.published.date()
            return f"{project}, was last published on {day}, budget received: {_text(item.after)}"
        case ChangelogKind.ADDED | ChangelogKind.REMOVED:
            return f"{project}, budget received: {_text(item.after)}"
        case ChangelogKind.SILENT:
            return project
        case ChangelogKind.REPORTED:
            return f"{project}: {times(item.count, 'report', 'reports')}"
        case ChangelogKind.OTHER:
            return f"{project}: {times(item.count, 'cell or record', 'cells or records')}"
        case ChangelogKind.RETROACTIVE if item.field is None:
            return f"{project}: {record} is removed"
    field = _field_title(package, item.resource, item.field or "")
    if item.kind is ChangelogKind.RETROACTIVE:
        field = f"{record}, {field}"
    # The size of a change of dates is in days, and the two dates say as much.
    has_size = item.kind is not ChangelogKind.DATES and None not in (item.before, item.after)
    size = item.size if has_size else None
    difference = "" if size is None else f" ({'+' if size > 0 else ''}{number(size)})"
    return f"{project}: {field}: {_text(item.before)} → {_text(item.after)}{difference}"


def _field_title(package: Package, resource: str, name: str) -> str:
    """The English title of a field; its name if the package does not have it."""
    fields = package.resources[resource].fields if resource in package.resources else {}
    return plain((fields[name].title if name in fields else Bilingual(name))["en"])


def _rules(timeline: Timeline) -> Iterator[str]:
    """The observations that begin and end."""
    newest = {project_id: changes[0] for project_id, changes in sorted(timeline.project_changes.items()) if changes}
    lines = []
    for rule in OBSERVATIONS:
        began = [project_id for project_id, changes in newest.items() if rule.name in changes.began]
        ended = sum(rule.name in changes.ended for changes in newest.values())
        if began or ended:
            more = f", … the first {SHOWN} of {len(began):,} by id" if len(began) > SHOWN else ""
            ids = ", ".join(map(plain, began[:SHOWN])) + more
            lines.append(f"| {plain(rule.title['en'])} | {len(began):,} | {ended:,} | {ids} |")
    if lines:
        yield from ("## Observations", "", "| rule | begin | end | begin at |", "| --- | ---: | ---: | --- |")
        yield from (*lines, "")


def _pages(changes: Sequence[Change], files: Sequence[str]) -> Iterator[str]:
    """Which pages are new, change or say that their project left the data."""
    count = Counter(_project_kinds(changes).values())
    yield from ("## Pages", "")
    if count:
        new, changed = count[ChangeKind.ADDED], count[ChangeKind.CHANGED]
        yield f"- pages of projects, in each language: {new:,} new, {changed:,} changed"
        yield "- the lists, totals and downloads that hold them, and a page of this release below /changes/"
    if removed := count[ChangeKind.REMOVED]:
        pages = times(removed, "page of a project", "pages of projects")
        yield f"- {pages} will say that the project left the data, with its last values"
    documents = [name for name in files if name.startswith("content/")]
    yield from (f"- {plain(name)}" for name in documents[:SHOWN])
    if len(documents) > SHOWN:
        yield f"- …and {len(documents) - SHOWN:,} more of content/"
    program = [name for name in files if name not in documents and not name.endswith((".csv", ".json"))]
    if program:
        yield f"- possibly every page: {times(len(program), 'file', 'files')} of the program changed"
    if not count and not documents and not program:
        yield "- none but those that tell when the data were released"


def _project_kinds(changes: Sequence[Change]) -> Mapping[str, ChangeKind]:
    """Whether each project was added, removed or changed, by its id."""
    kinds: defaultdict[str, set[ChangeKind]] = defaultdict(set)
    for change in changes:
        if change.project_id and is_news(change):
            kinds[change.project_id].add(change.kind if change.resource == "projects" else ChangeKind.CHANGED)
    order = (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.CHANGED)
    return {project_id: next(kind for kind in order if kind in of_project) for project_id, of_project in kinds.items()}


def _text(value: Any) -> str:
    if value is None:
        return "(blank)"
    if value is Withheld.WITHHELD:
        return _WITHHELD
    if isinstance(value, (int, Decimal)):
        return number(value)
    return value.isoformat() if isinstance(value, date) else plain(value, 80)
