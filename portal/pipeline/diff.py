"""The package as it is and a commit -> what publishing the package would change since that commit, as Markdown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
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
    ChangeScope,
    Package,
    Portal,
    Release,
    Withheld,
    project_index,
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
    WorkingChanges,
    build_timeline,
    changes_since,
    read_history,
    removed_by,
    same_version,
    with_first_amounts,
    with_published_progress,
    withhold,
)
from portal.package import find_notices, locate_descriptor, read_guard
from portal.rules import OBSERVATIONS, RuleTransitions, agency_values, fields_of
from portal.site import ChangedSuppliers, has_suppliers

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
    """Its last release is `after`; before that come the releases up to `before`, or that alone."""
    same_version: Release | None
    """A release that has the version of the package, but other data."""

    @property
    def changelog(self) -> ReleaseChangelog | None:
        """The changelog of `after`; None if it changed nothing."""
        return next((changelog for changelog in self.timeline.releases if not changelog.release.commit), None)


def _compare(
    changes: WorkingChanges, portal: Portal, descriptor: Path, config: SiteConfig, cache: Cache
) -> _Comparison:
    """Treat the changes as those of one release, and withhold what the site would: the summary is as public.

    It follows the releases up to the commit, since an observation may have begun with one of them. Where the commit is
    of another branch, these are not known.
    """
    guard, unknown_time = (
        read_guard(descriptor, config.conventions, config.person_titles),
        datetime.fromtimestamp(0, UTC),
    )
    known = read_history(descriptor, portal.package, cache)
    earlier = tuple(release for release in known.releases if release.commit in changes.commits) or (
        Release(changes.commit, unknown_time, changes.version, (), (), tables=changes.tables[0]),
    )
    after = Release("", unknown_time, portal.package.version, (), changes.changes, tables=changes.tables[1])
    history = withhold(replace(known, releases=(*earlier, after)), portal, guard)
    before, after = history.releases[-2:]
    committed = [release for release in known.releases if release.commit]
    timeline = build_timeline(
        with_first_amounts(with_published_progress(portal, history), history),
        history,
        RuleTransitions(
            config.signals,
            fields_of(portal.package),
            portal.package.conventions.fiscal,
            agency_values=agency_values(portal.projects),
        ),
        # Of another branch it is known at least which projects this one had before.
        {} if changes.commits else removed_by(committed),
    )
    same = same_version(portal.package, withhold(known, portal, guard))
    return _Comparison(portal, replace(before, commit=changes.commit), after, changes.files, timeline, same)


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
        yield from _summary(comparison.changelog, MoneyFormat(comparison.portal.package.conventions.currency, "en"))
        yield from _items(comparison.changelog)
    yield from _rules(comparison.timeline)
    yield from _pages(comparison)


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


def _pages(comparison: _Comparison) -> Iterator[str]:
    """Which pages are new, change or say that their project left the data."""
    changes, files = comparison.after.changes, comparison.files
    count = Counter(_project_kinds(changes).values())
    yield from ("## Pages", "")
    if count:
        new, changed = count[ChangeKind.ADDED], count[ChangeKind.CHANGED]
        yield f"- pages of projects, in each language: {new:,} new, {changed:,} changed"
        yield "- the lists, totals and downloads that hold them, and a page of this release below /changes/"
    if removed := count[ChangeKind.REMOVED]:
        pages = times(removed, "page of a project", "pages of projects")
        yield f"- {pages} will say that the project left the data, with its last values"
    contracts = list(_pages_of_contracts(comparison))
    yield from contracts
    others = list(_other_pages(comparison))
    yield from others
    documents = [name for name in files if name.startswith("content/")]
    yield from (f"- {plain(name)}" for name in documents[:SHOWN])
    if len(documents) > SHOWN:
        yield f"- …and {len(documents) - SHOWN:,} more of content/"
    program = [name for name in files if name not in documents and not name.endswith((".csv", ".json"))]
    if program:
        yield f"- possibly every page: {times(len(program), 'file', 'files')} of the program changed"
    if not count and not contracts and not others and not documents and not program:
        yield "- none but those that tell when the data were released"


def _pages_of_contracts(comparison: _Comparison) -> Iterator[str]:
    """The pages of suppliers that change, and the lists of suppliers and contracts."""
    index, changes = project_index(comparison.portal), comparison.after.changes
    values = [change for change in changes if change.kind not in SAME_VALUE_KINDS]
    if has_suppliers(index.package):
        named = {supplier.supplier_id for supplier in index.suppliers if supplier.is_named}
        if count := len(ChangedSuppliers(index).of(values) & named):
            yield f"- {times(count, 'page of a supplier', 'pages of suppliers')}, in each language, and their lists"
    if "contracts" in index.package.resources and any(change.resource == "contracts" for change in values):
        yield "- the lists of all contracts"


def _other_pages(comparison: _Comparison) -> Iterator[str]:
    """The pages that change though the record of no project does."""
    for summary in comparison.changelog.summary if comparison.changelog else ():
        if summary.kind is ChangelogKind.STRUCTURE:
            column = f"the column {plain(summary.title['en'])} of {plain(summary.table['en'])}"
            what = f"the table {plain(summary.title['en'])}" if summary.field is None else column
            yield f"- every page that shows {what}"
    for change in comparison.after.changes:
        if change.kind is ChangeKind.RENAMED:
            yield f"- every page that shows {plain(change.before)} of {plain(change.resource)}: its name is another"
    for title, count in comparison.changelog.tables if comparison.changelog else ():
        yield f"- every page that shows a changed record of {plain(title['en'])}, of which there are {count:,}"


def _project_kinds(changes: Sequence[Change]) -> Mapping[str, ChangeKind]:
    """Whether each project was added, removed or changed, by its id."""
    kinds: defaultdict[str, set[ChangeKind]] = defaultdict(set)
    for change in changes:
        # A page shows the date of its values too, though another date is no news.
        if change.project_id and change.kind not in SAME_VALUE_KINDS and change.scope is ChangeScope.CELL:
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
