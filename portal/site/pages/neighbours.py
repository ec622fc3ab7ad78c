"""Other projects that a reader of one may want to see next."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from portal.core.formats import thai_sort_key
from portal.core.models import ProjectSummary
from portal.core.totals import group


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Other projects that a reader of one may want to see next, a few of each kind."""

    years: tuple[ProjectSummary, ...] = ()
    """Of the same name, the newest fiscal year first."""
    agency: tuple[ProjectSummary, ...] = ()
    """Of the same agency and fiscal year."""
    policy: tuple[ProjectSummary, ...] = ()
    """Of the same policy, by other agencies or in other years."""


NEIGHBOURS = 4
"""Of each kind."""


def find_neighbours(projects: Sequence[ProjectSummary]) -> dict[str, Neighbours]:
    """The neighbours of every project: those that follow it in the order of names, round to the first again."""
    ordered = sorted(projects, key=lambda p: (thai_sort_key(p.title), p.project_id))
    near: dict[str, dict[str, tuple[ProjectSummary, ...]]] = {p.project_id: {} for p in projects}
    kinds: dict[str, Callable[[ProjectSummary], Hashable]] = {
        "years": lambda p: " ".join(p.title.split()),
        "agency": lambda p: p.agency and p.fiscal_year and (p.agency.agency_id, p.fiscal_year),
        "policy": lambda p: p.policy_id,
    }
    for kind, key in kinds.items():
        for value, members in group(ordered, key).items():
            if value is None or len(members) < 2:
                continue
            for i, project in enumerate(members):
                shown = {p.project_id for others in near[project.project_id].values() for p in others}
                steps = range(1, min(len(members), NEIGHBOURS + len(shown) + 1))
                others = (members[(i + step) % len(members)] for step in steps)
                rest = [other for other in others if other.project_id not in shown]
                near[project.project_id][kind] = tuple(rest[:NEIGHBOURS])
    for by_kind in near.values():
        by_kind["years"] = tuple(sorted(by_kind.get("years", ()), key=lambda p: (-(p.fiscal_year or 0), p.project_id)))
    return {project_id: Neighbours(**by_kind) for project_id, by_kind in near.items()}
