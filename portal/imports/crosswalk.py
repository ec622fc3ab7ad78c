"""Which budget line is which project of the package: `data/crosswalk.csv`, and the two rules that add to it.

A row says that the budget line `project_id` is the project `other_id`, and who made the link. Rows that are there stay,
whoever made them; so a person may correct each, and a blank `other_id` says that a line is none of the projects. Rules
only join lines that have no row, and no project of their own yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.imports.notices import Notices
from portal.imports.package_tables import Row, Table
from portal.search import fold

EQUAL_ID = "equal-id"
"""The rule that joins a line with the project of the same id."""

EQUAL_TITLE = "equal-title-year-agency"
"""The rule that joins a line with the only project of the same title (folded), fiscal year and agency."""


def join(lines: Mapping[str, Row], projects: Table, crosswalk: Table, notices: Notices) -> dict[str, str]:
    """The project of the package that each of some budget lines is; adds a row to the crosswalk for each new link."""
    links = {}
    for line, row in sorted(crosswalk.rows.items()):
        other = row.get("other_id", "")
        if other and other not in projects.rows:
            notices.count("unknown-link", line)
        elif other:
            links[line] = other
    free = {line: row for line, row in lines.items() if line not in crosswalk.rows}
    for line, other, rule in _by_rule(free, projects.rows, set(links.values())):
        crosswalk.put(line, {"other_id": other, "made_by": "rule", "rule": rule})
        notices.count("linked-by-rule", line)
        links[line] = other
    return links


def is_imported(row: Mapping[str, str]) -> bool:
    """Whether an import brought a row of projects: then its source is an ocid prefix."""
    source = row.get("source_id", "")
    return source == "ocds" or source.startswith("ocds-")


def _by_rule(lines: Mapping[str, Row], projects: Mapping[str, Row], taken: set[str]) -> Iterable[tuple[str, str, str]]:
    others = {key: row for key, row in projects.items() if not is_imported(row)}
    equal = sorted(lines.keys() & others.keys() - taken)
    yield from ((line, line, EQUAL_ID) for line in equal)
    taken = taken | set(equal)
    candidates, seekers = _by_title(others), _by_title(lines)
    for title, keys in sorted(seekers.items()):
        # Two lines of one title are as ambiguous as two projects.
        same = candidates.get(title, [])
        if len(keys) == len(same) == 1 and keys[0] not in projects and same[0] not in taken:
            yield keys[0], same[0], EQUAL_TITLE


def _by_title(rows: Mapping[str, Row]) -> dict[tuple[str, str, str], list[str]]:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for key, row in rows.items():
        title, year, agency = row.get("title", ""), row.get("fiscal_year", ""), row.get("agency_id", "")
        if title and year and agency:
            groups.setdefault((fold(title), year, agency), []).append(key)
    return groups
