"""Projects that may be the same one, taken from two sources: totals that hold both count it twice.

Of one agency and one fiscal year, from different sources, with one name. Names are compared in the spelling in which
they are searched, without spaces, and without the words by which the sources differ: what stands before the name of a
budget line (`ค่าใช้จ่ายโครงการ…`), codes in brackets at the start, and the fiscal year at the end. Nothing else of a name
is left out, and no likeness is measured: two phases of one work differ in a single digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.core.models import ProjectSummary
from portal.core.totals import DuplicateGroups, group
from portal.search import fold

_BEFORE_THE_NAME = re.compile(r"(?:\([^()]*\)|ค่าใช้จ่าย|โครงการ|ตาม|ในการ)+")
_BEFORE_THE_YEAR = r"(?:ประจำ)?(?:ปี)?(?:งบประมาณ)?(?:พ\.ศ\.)?"


def possible_duplicates(projects: Iterable[ProjectSummary]) -> DuplicateGroups:
    """The projects that may be the same as one from another source, with all of their group, themselves included."""
    complete = (p for p in projects if p.agency and p.fiscal_year and p.source_id)
    groups: dict[str, tuple[ProjectSummary, ...]] = {}
    for members in group(complete, lambda p: (p.agency, p.fiscal_year)).values():
        # Most packages have one source: then no name is compared.
        if _sources(members) < 2:
            continue
        for same_name in group(members, lambda p: comparable_name(p.title, p.fiscal_year)).values():
            if _sources(same_name) > 1:
                ordered = tuple(sorted(same_name, key=lambda p: p.project_id))
                groups |= {p.project_id: ordered for p in ordered}
    return groups


def counterparts(project_id: str, groups: DuplicateGroups) -> tuple[ProjectSummary, ...]:
    """The projects from other sources that may be the same as this one."""
    members = groups.get(project_id, ())
    own = {p.source_id for p in members if p.project_id == project_id}
    return tuple(p for p in members if p.source_id not in own)


def comparable_name(title: str, fiscal_year: int | None) -> str:
    """What two sources have in common of a project's name; all of it where nothing else would be left."""
    letters = "".join(fold(title).split())
    before = _BEFORE_THE_NAME.match(letters)
    name = letters[before.end() :] if before else letters
    if fiscal_year is not None:
        name = re.sub(f"{_BEFORE_THE_YEAR}{fiscal_year}$", "", name)
    return name or letters


def _sources(projects: Iterable[ProjectSummary]) -> int:
    return len({p.source_id for p in projects})
