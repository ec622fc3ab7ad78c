"""What may be a mistake though no rule forbids it: columns that the portal no longer finds, and values that are gone.

A known column that is renamed in the CSV and in the descriptor alike is a column that the portal does not know, and all
pages say "no data" in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from portal.core.models import Change, ChangeKind, Package
from portal.core.problems import Problem, most_like, shorten
from portal.package.columns import COLUMNS

LIKENESS = 80
"""Of 100: from where on an unknown column is taken for a known one that the package lacks."""

MOST = 50
"""Percent of the values of a field that are gone with the newest release: of more, it is said."""

LEAST = 10
"""Values: of a field that had fewer, one correction would be most."""

_Column = tuple[str, str]


def find_notices(package: Package, changes: Sequence[Change] = ()) -> list[Problem]:
    """What to look at in a package that has no problems; `changes` are those of its newest release."""
    renamed = {(one.resource, one.before): one.after for one in changes if one.kind is ChangeKind.RENAMED}
    gone = dict(_gone(package, changes, renamed))
    found = [*gone.values(), *_like_known(package, gone.keys()), *_emptied(package, changes)]
    return sorted(found, key=lambda one: (one.place, one.field or "", one.rule))


def _gone(
    package: Package, changes: Iterable[Change], renamed: dict[_Column, str]
) -> Iterator[tuple[_Column, Problem]]:
    """The known columns and tables that the release before had values in."""
    lost = Counter((one.resource, one.field) for one in changes if one.is_filled("before") and one.field)
    lost.update({column: package.resources[column[0]].fields[name].filled for column, name in renamed.items()})
    for (resource, name), count in sorted(lost.items()):
        if name not in COLUMNS.get(resource, {}) or resource not in package.resources:
            continue
        described = package.resources[resource]
        if name not in described.fields:
            message = f'the column "{name}" of the release before is gone, which had {_values(count)}.'
            new = renamed.get((resource, name)) or most_like(name, set(described.fields) - COLUMNS[resource].keys())
            asked = f'Was it renamed to "{shorten(new)}"? ' if new else ""
            hint = f"{asked}The portal reads only {name}: name it so again, here and in datapackage.json."
            yield (resource, name), Problem(described.path, "column-gone", message, hint, field=name)
    for resource in sorted({one.resource for one in changes} & COLUMNS.keys() - package.resources.keys()):
        message = f'the table "{resource}" of the release before is gone.'
        hint = "If that is not meant, describe it again in datapackage.json."
        yield (resource, ""), Problem("datapackage.json", "table-gone", message, hint, field=resource)


def _like_known(package: Package, told: Iterable[_Column]) -> Iterator[Problem]:
    """The columns that the portal does not know, with names much like those of known ones that are not there."""
    for resource, columns in COLUMNS.items():
        described = package.resources.get(resource)
        if described is None:
            continue
        lacking = columns.keys() - described.fields.keys() - {name for table, name in told if table == resource}
        for name in described.fields.keys() - columns.keys():
            if (known := most_like(name, lacking, LIKENESS)) is not None:
                message = f'the portal does not know the column "{shorten(name)}", which is much like "{known}".'
                hint = f"If it is that, name it {known}, here and in datapackage.json; else nothing need be done."
                yield Problem(described.path, "like-known-column", message, hint, field=name)


def _emptied(package: Package, changes: Iterable[Change]) -> Iterator[Problem]:
    """The fields that lost most of their values in records that are still there."""
    lost: Counter[_Column] = Counter()
    new: Counter[_Column] = Counter()
    for one in changes:
        described = package.resources.get(one.resource)
        column = described.fields.get(one.field) if described else None
        if column is None or one.kind in (ChangeKind.RENAMED, ChangeKind.REWRITTEN, ChangeKind.REMOVED):
            continue
        before, after = (
            one.is_filled(side) and cell not in column.missing  # type: ignore[arg-type]
            for side, cell in (("before", one.before), ("after", one.after))
        )
        lost[one.resource, one.field] += before and not after
        new[one.resource, one.field] += after and not before
    for (resource, name), count in sorted(lost.items()):
        described = package.resources[resource]
        filled = described.fields[name].filled
        had = filled - new[resource, name] + count
        if had >= LEAST and count * 100 > MOST * had:
            message = f"{count:,} of {_values(had)} of the release before are gone; {filled:,} are there now."
            hint = "If the values are not meant to be blank, restore them."
            yield Problem(described.path, "values-gone", message, hint, field=name)


def _values(count: int) -> str:
    return f"{count:,} value{'' if count == 1 else 's'}"
