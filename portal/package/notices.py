"""Notices: what may be a mistake although the package is valid.

A column may have been renamed in the CSV and in the descriptor: the package is still valid, but the portal no longer
knows the column, and all pages show "no data" for it. Or most values of a column may have been lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from portal.core.models import Change, ChangeKind, Contract, Package, Portal, Tender
from portal.core.problems import Problem, most_like, shorten
from portal.package.columns import COLUMNS, columns_of
from portal.package.personal_data.natural_persons import PersonNames

LIKENESS = 80
"""Similarity (0 to 100) from which an unknown column may be a missing known one."""

MAX_LOST_PERCENT = 50
"""Percent of the values of a field that the newest release may lack without a notice."""

MIN_VALUES = 10
"""Values that a field must have had: with fewer, one correction may change most of them."""

MAX_ROWS = 10
"""Rows that a notice names one by one."""

_Column = tuple[str, str]


def find_notices(package: Package, changes: Sequence[Change] = ()) -> list[Problem]:
    """What an officer should look at in a valid package. `changes` are those of its newest release."""
    renamed = {(c.resource, c.before): c.after for c in changes if c.kind is ChangeKind.RENAMED}
    removed = dict(_removed_columns(package, changes, renamed))
    problems = [*removed.values(), *_similar_names(package, removed.keys()), *_lost_values(package, changes)]
    return sorted(problems, key=lambda problem: (problem.place, problem.field or "", problem.rule))


def names_in_titles(portal: Portal, person_titles: Sequence[str]) -> list[Problem]:
    """The tables whose titles of tenders or contracts seem to name persons, with the rows; the names are not repeated.

    It is no problem that stops a build: a name has no certain form. `person_titles` are those with which it begins.
    """
    persons = PersonNames(person_titles, portal.package.conventions.languages)
    allowed = {allowance.subject for allowance in portal.package.allowances}
    records: dict[str, Iterable[Tender | Contract]] = {
        "tenders": (tender for project in portal.projects for tender in project.tenders),
        "contracts": (contract for project in portal.projects for contract in project.contracts),
    }
    return [
        _named(portal.package.resources[resource].path, rows)
        for resource, of_table in records.items()
        if f"{resource}.title" not in allowed
        and (rows := sorted(each.row for each in of_table if each.title and persons.title_within(each.title)))
    ]


def _named(place: str, rows: Sequence[int]) -> Problem:
    first = ", ".join(map(str, rows[:MAX_ROWS])) + (f" and {len(rows) - MAX_ROWS:,} more" if rows[MAX_ROWS:] else "")
    message = (
        f"{len(rows):,} titles seem to name a person, in rows {first}."
        if rows[1:]
        else f"a title seems to name a person, in row {first}."
    )
    hint = 'Leave the name out, or allow the column with a reason under "personal_data_allowed" in datapackage.json.'
    return Problem(place, "name-in-title", message, hint, field="title")


def _removed_columns(
    package: Package, changes: Iterable[Change], renamed: dict[_Column, str]
) -> Iterator[tuple[_Column, Problem]]:
    """The known columns and tables that had values in the release before and are not in this one."""
    languages = package.conventions.languages
    lost = Counter((c.resource, c.field) for c in changes if c.is_filled("before") and c.field)
    lost.update({column: package.resources[column[0]].fields[name].filled for column, name in renamed.items()})
    for (resource, name), count in sorted(lost.items()):
        if name not in columns_of(resource, languages) or resource not in package.resources:
            continue
        described = package.resources[resource]
        if name not in described.fields:
            message = f'the column "{name}" is missing; in the release before it had {_values(count)}.'
            new = renamed.get((resource, name)) or most_like(
                name, set(described.fields) - columns_of(resource, languages).keys()
            )
            question = f'Was it renamed to "{shorten(new)}"? ' if new else ""
            hint = f"{question}The portal reads only {name}: name it so again, here and in datapackage.json."
            yield (resource, name), Problem(described.path, "column-gone", message, hint, field=name)
    for resource in sorted({c.resource for c in changes} & COLUMNS.keys() - package.resources.keys()):
        message = f'the table "{resource}" is missing; the release before had it.'
        hint = "If that is not meant, describe it again in datapackage.json."
        yield (resource, ""), Problem("datapackage.json", "table-gone", message, hint, field=resource)


def _similar_names(package: Package, removed: Iterable[_Column]) -> Iterator[Problem]:
    """The columns that the portal does not know, whose names are similar to those of missing known columns."""
    for resource in COLUMNS:
        columns = columns_of(resource, package.conventions.languages)
        described = package.resources.get(resource)
        if described is None:
            continue
        lacking = columns.keys() - described.fields.keys() - {name for table, name in removed if table == resource}
        for name in described.fields.keys() - columns.keys():
            if (similar := most_like(name, lacking, LIKENESS)) is not None:
                message = f'the portal does not know the column "{shorten(name)}", which is similar to "{similar}".'
                hint = f"If it is the same, name it {similar}, here and in datapackage.json; if not, leave it as it is."
                yield Problem(described.path, "like-known-column", message, hint, field=name)


def _lost_values(package: Package, changes: Iterable[Change]) -> Iterator[Problem]:
    """The fields that lost most of their values, in records that still exist."""
    lost: Counter[_Column] = Counter()
    new: Counter[_Column] = Counter()
    for change in changes:
        described = package.resources.get(change.resource)
        column = described.fields.get(change.field) if described else None
        if column is None or change.kind in (ChangeKind.RENAMED, ChangeKind.REWRITTEN, ChangeKind.REMOVED):
            continue
        before, after = (
            change.is_filled(side) and cell not in column.missing  # type: ignore[arg-type]
            for side, cell in (("before", change.before), ("after", change.after))
        )
        lost[change.resource, change.field] += before and not after
        new[change.resource, change.field] += after and not before
    for (resource, name), count in sorted(lost.items()):
        described = package.resources[resource]
        filled = described.fields[name].filled
        had = filled - new[resource, name] + count
        if had >= MIN_VALUES and count * 100 > MAX_LOST_PERCENT * had:
            message = f"{count:,} of {_values(had)} of the release before are now blank; {filled:,} are left."
            hint = "If the values are not meant to be blank, restore them."
            yield Problem(described.path, "values-gone", message, hint, field=name)


def _values(count: int) -> str:
    return f"{count:,} value{'' if count == 1 else 's'}"
