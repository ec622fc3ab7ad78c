"""Other projects that a reader of one may want to see next."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from portal.core import urls
from portal.core.collation import sort_key
from portal.core.models import ProjectSummary, Text
from portal.core.totals import group


@dataclass(frozen=True, slots=True)
class SameName:
    """The page of all projects of a name."""

    path: str
    count: int
    """Projects of the name, this one among them."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What the page of a project says of another one: nothing that a report changes, so that its page stays."""

    project_id: str
    title: str
    fiscal_year: int | None
    """As the city numbers it."""
    agency: Text | None
    """Its name."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Other projects that a reader of one may want to see next, a few of each kind."""

    years: tuple[Neighbour, ...] = ()
    """Of the same name, the newest fiscal year first: all others where the name has no page."""
    agency: tuple[Neighbour, ...] = ()
    """Of the same agency and fiscal year."""
    policy: tuple[Neighbour, ...] = ()
    """Of the same policy, by other agencies or in other years."""
    same_name: SameName | None = None
    """None where fewer than `NAMED` projects have the name."""


NEIGHBOURS = 2
"""Of each kind; of the same name all where the name has no page."""

NAMED = 5
"""Projects of one name, at least, that have a page together."""


def by_name(projects: Sequence[ProjectSummary]) -> dict[str, tuple[ProjectSummary, ...]]:
    """Projects by the path of the page of their name, in their order; names that differ in signs alone are one."""
    return group(projects, lambda p: urls.named(p.title))


def find_neighbours(projects: Sequence[ProjectSummary], collation: str) -> dict[str, Neighbours]:
    """The neighbours of every project: those that follow it in the order of names, round to the first again."""
    key_of_name = sort_key(collation)
    ordered = sorted(projects, key=lambda p: (key_of_name(p.title), p.project_id))
    near: dict[str, dict[str, tuple[Neighbour, ...]]] = {p.project_id: {} for p in projects}
    shown = {p.project_id: _shown(p) for p in projects}
    named: dict[str, SameName] = {}
    for path, members in by_name(ordered).items():
        if len(members) >= NAMED:
            named |= dict.fromkeys((p.project_id for p in members), SameName(path, len(members)))
        _add(near, "years", [shown[p.project_id] for p in members], NEIGHBOURS if len(members) >= NAMED else NAMED)
    kinds: dict[str, Callable[[ProjectSummary], Hashable]] = {
        "agency": lambda p: p.agency and p.fiscal_year and (p.agency.agency_id, p.fiscal_year),
        "policy": lambda p: p.policy_id,
    }
    for kind, key in kinds.items():
        for value, members in group(ordered, key).items():
            if value is not None:
                _add(near, kind, [shown[p.project_id] for p in members], NEIGHBOURS)
    for by_kind in near.values():
        by_kind["years"] = tuple(sorted(by_kind.get("years", ()), key=lambda p: (-(p.fiscal_year or 0), p.project_id)))
    return {project_id: Neighbours(**by_kind, same_name=named.get(project_id)) for project_id, by_kind in near.items()}


def _shown(project: ProjectSummary) -> Neighbour:
    agency = project.agency.name if project.agency else None
    return Neighbour(project.project_id, project.title, project.fiscal_year, agency)


def _add(
    near: dict[str, dict[str, tuple[Neighbour, ...]]], kind: str, members: Sequence[Neighbour], limit: int
) -> None:
    """Add to each of the members the first `limit` that follow it and are not yet near it."""
    if len(members) < 2:
        return
    for i, project in enumerate(members):
        shown = {p.project_id for others in near[project.project_id].values() for p in others}
        steps = range(1, min(len(members), limit + len(shown) + 1))
        others = (members[(i + step) % len(members)] for step in steps)
        rest = [other for other in others if other.project_id not in shown]
        near[project.project_id][kind] = tuple(rest[:limit])
