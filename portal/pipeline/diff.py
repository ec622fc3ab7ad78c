"""The package as it is and a commit -> what publishing the package would change since that commit, as Markdown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.core.cache import Cache
from portal.core.config import SiteConfig
from portal.core.formats import NBSP, number
from portal.core.github_summary import listed, plain, quoted, times
from portal.core.models import (
    Change,
    ChangeKind,
    Package,
    Portal,
    Withheld,
)
from portal.core.money import MoneyFormat
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
    changes_since,
)
from portal.package import find_notices, locate_descriptor
from portal.pipeline.changed_pages import SHOWN, changed_pages
from portal.pipeline.comparison import Comparison, compare
from portal.rules import OBSERVATIONS

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
    ChangelogKind.CONTRACTS: ("project with new contracts or payments", "projects with new contracts or payments"),
    ChangelogKind.OTHER: ("project with other changes", "projects with other changes"),
}
"""The title of each kind, singular and plural, in the order in which a reviewer needs them."""


UNITS: Mapping[ChangelogKind, tuple[str, str]] = {
    ChangelogKind.RETROACTIVE: TITLES[ChangelogKind.RETROACTIVE],
    ChangelogKind.REPORTED: ("new report", "new reports"),
    ChangelogKind.CONTRACTS: ("new tender, contract or payment", "new tenders, contracts or payments"),
    ChangelogKind.OTHER: ("other edit", "other edits"),
}
"""What is counted beside projects, of the kinds that may have more than one of a project."""

_LARGEST, _FARTHEST, _MOST = "the largest amounts", "the largest changes", "those with most"

ORDERS: Mapping[ChangelogKind, str] = {
    **dict.fromkeys(ChangelogKind, "the first by id"),
    **dict.fromkeys(
        (ChangelogKind.ADDED, ChangelogKind.RETURNED, ChangelogKind.REMOVED, ChangelogKind.MONEY), _LARGEST
    ),
    ChangelogKind.DATES: "dates that vanished or are new, then those that moved by most days",
    **dict.fromkeys((ChangelogKind.PROGRESS, ChangelogKind.FINISHED), _FARTHEST),
    **dict.fromkeys((ChangelogKind.REPORTED, ChangelogKind.CONTRACTS, ChangelogKind.OTHER), _MOST),
}
"""By which order the items of each kind that are named are the first."""

_DIRECTIONS = {
    Direction.VANISHED: "is no longer given",
    Direction.NEW: "is now given",
    Direction.UP: "rises",
    Direction.DOWN: "falls",
    None: "changes",
}

_DATE_DIRECTIONS = {**_DIRECTIONS, Direction.UP: "moves later", Direction.DOWN: "moves earlier"}

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
    yield from _report(compare(changes, portal, descriptor, config, cache))


def _problems(problems: Sequence[Problem]) -> Iterator[str]:
    kinds = grouped(problems)
    yield from (f"# {times(len(kinds), 'problem', 'problems')}: this cannot be published", "")
    yield from listed([problem.text for problem in kinds])


def _report(comparison: Comparison) -> Iterator[str]:
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
        yield from _summary(comparison.changelog, MoneyFormat(comparison.portal.package.conventions.currency, "en"))
        yield from _items(comparison.changelog)
    yield from _rules(comparison.timeline)
    yield from changed_pages(comparison)


def _heading(comparison: Comparison) -> str:
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
        is_renamed = any(change.kind is ChangeKind.RENAMED for change in changes)
        yield "No value of any record changes." if is_renamed else "No record comes, goes or changes."
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


def _summary(changelog: ReleaseChangelog, money: MoneyFormat) -> Iterator[str]:
    """What happens to projects: a line for each kind, with counts and sums."""
    yield from (f"- {_summary_line(summary, money)}" for summary in changelog.summary)
    if changelog.summary:
        yield ""


def _summary_line(summary: ChangelogSummary, money: MoneyFormat) -> str:
    projects, title = times(summary.projects, "project", "projects"), plain(summary.title["en"])
    if summary.kind is ChangelogKind.STRUCTURE:
        line = _structure_line(summary, title)
    elif summary.field is not None:
        directions = _DATE_DIRECTIONS if summary.kind is ChangelogKind.DATES else _DIRECTIONS
        line = f"{projects}: {title} {directions[summary.direction]}"
    elif summary.kind in UNITS:
        line = f"{times(summary.count, *UNITS[summary.kind])}, of {projects}"
    else:
        line = times(summary.projects, *TITLES[summary.kind])
    if summary.amount is None:
        return line
    amount = money.exact(summary.amount).replace(NBSP, " ")
    return f"{line}, {amount}, of {times(summary.with_amount, 'project', 'projects')}"


def _structure_line(summary: ChangelogSummary, title: str) -> str:
    """What is said of a table or a column that came or went."""
    is_gone = summary.direction is Direction.VANISHED
    what = "is no longer published" if is_gone else "is published from this release on"
    if summary.field is None:
        return f"The table {title} {what}: {times(summary.count, 'row', 'rows')}"
    column = f"The column {title} of {plain(summary.table['en'])}"
    return f"{column} {what}: {times(summary.count, 'value', 'values')}"


def _items(changelog: ReleaseChangelog) -> Iterator[str]:
    """What happens to projects, by kind: how often, and the first ones in words."""
    for kind, titles in TITLES.items():
        items = [item for item in changelog.items if item.kind is kind]
        if items:
            yield from (f"## {times(len(items), *titles)}", "")
            yield from (f"- {_sentence(item)}" for item in items[:SHOWN])
            if len(items) > SHOWN:
                yield f"- …and {len(items) - SHOWN:,} more of {len(items):,}; those above are {ORDERS[kind]}"
            yield ""


def _sentence(item: ChangelogItem) -> str:
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
        case ChangelogKind.CONTRACTS:
            return f"{project}: {times(item.count, 'tender, contract or payment', 'tenders, contracts or payments')}"
        case ChangelogKind.OTHER:
            return f"{project}: {times(item.count, 'cell or record', 'cells or records')}"
        case ChangelogKind.RETROACTIVE if item.field is None:
            return f"{project}: {record} is removed"
    field = plain(item.column_title["en"])
    if item.resource != "projects":
        field = f"{record}, {field}"
    # The size of a change of dates is in days, and the two dates say as much.
    has_size = item.kind is not ChangelogKind.DATES and None not in (item.before, item.after)
    size = item.size if has_size else None
    difference = "" if size is None else f" ({'+' if size > 0 else ''}{number(size)})"
    return f"{project}: {field}: {_text(item.before)} → {_text(item.after)}{difference}"


def _rules(timeline: Timeline) -> Iterator[str]:
    """The observations that begin and end."""
    newest = {
        project_id: changes[0]
        for project_id, changes in sorted(timeline.project_changes.items())
        if not changes[0].release.commit
    }
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


def _text(value: Any) -> str:
    if value is None:
        return "(blank)"
    if value is Withheld.WITHHELD:
        return _WITHHELD
    if isinstance(value, (int, Decimal)):
        return number(value)
    return value.isoformat() if isinstance(value, date) else plain(value, 80)
