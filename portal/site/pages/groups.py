"""The ways to group projects, and the pages of each: agencies, fiscal years, policies and strategies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Self

from portal.core import urls
from portal.core.collation import sort_key
from portal.core.models import Agency, Area, Language, Page, ProjectIndex, ProjectSummary, Text
from portal.core.text import one_spelling
from portal.core.totals import DuplicateGroups, Summary, group, summarise
from portal.rules import LATE, Findings
from portal.site.pages.lists import Pagination, paginate_by_year
from portal.site.pages.planned import in_each_language


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One line of an overview: an agency, an area, a fiscal year, a policy or a strategy."""

    path: str
    label: Text
    summary: Summary


@dataclass(frozen=True, slots=True)
class GroupIndexContext:
    """All agencies, years, policies or strategies."""

    kind: str
    """agency, year, policy or strategy."""
    sections: tuple[tuple[str, tuple[GroupRow, ...]], ...]
    """The rows by the agency's kind; one section named "" for all others."""
    without: int
    """Projects that have none."""


@dataclass(frozen=True, slots=True)
class GroupFindings:
    """What the rules find among the projects of a group."""

    late: int
    """Projects that are past their finish date and unfinished, on the date of their data."""
    checked_for_lateness: int
    """Projects of which that could be checked."""
    late_rule: str | None
    """The name of the rule that checks it; None where the package lacks the columns to check it by."""
    observations: tuple[tuple[str, int], ...]
    """The names of the rules that find a project, in their order, each with the number of projects; without that of
    missing values.
    """
    observed: int
    """Projects that any rule finds, that of missing values aside."""


@dataclass(frozen=True, slots=True)
class GroupContext:
    """An agency, an area, a year, a policy or a strategy, and a page of its projects."""

    kind: str
    """agency, area, year, policy or strategy."""
    label: Text
    agency: Agency | None
    count: int | None
    """Projects on all its pages. On the first page."""
    summary: Summary | None
    """On the first page."""
    findings: GroupFindings | None
    """On the first page."""
    projects: tuple[ProjectSummary, ...]
    pagination: Pagination
    breakdown: tuple[GroupRow, ...]
    """By fiscal year; of a year by agency. On the first page."""
    index_path: str

    def on_later_page(self) -> Self:
        """The context without what only the first page says: the others stay as they are where only a sum changes."""
        return replace(self, count=None, summary=None, findings=None, breakdown=())


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to group projects."""

    name: str
    index_path: str
    groups: dict[Any, tuple[ProjectSummary, ...]] = field(repr=False)
    collation: str
    """Of the names of groups."""
    duplicates: DuplicateGroups = field(default_factory=dict, repr=False)
    """The projects that may be counted twice."""
    summaries: dict[Any, Summary] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Of the groups, once asked for: each is in the lists of each language and on its own page."""

    def summary(self, key: Any) -> Summary:
        """The summary of one group."""
        if key not in self.summaries:
            self.summaries[key] = summarise(self.groups[key], self.duplicates)
        return self.summaries[key]

    def within(self, name: str, index_path: str, groups: dict[Any, tuple[ProjectSummary, ...]]) -> Kind:
        """A way to group projects of one of these groups."""
        return Kind(name, index_path, groups, self.collation, self.duplicates)

    def path(self, key: Any) -> str:
        """The page of one group."""
        match self.name:
            case "agency":
                return urls.agency(key.agency_id)
            case "area":
                return urls.area(key.area_id)
            case "year":
                return urls.year(key)
            case "policy":
                return urls.policy(key)
        return urls.strategy(key)

    def label(self, key: Any) -> Text:
        """The group's name. Templates put a year and a policy id into words."""
        if isinstance(key, Agency | Area):
            return key.name
        return Text("" if key is None else str(key))

    def rows(self, language: Language, keys: Iterable[Any] | None = None) -> tuple[GroupRow, ...]:
        """The groups, or those of these `keys`: years newest first, those without a year last; others by their name."""
        keys = self.groups if keys is None else keys
        rows = [(key, GroupRow(self.path(key), self.label(key), self.summary(key))) for key in keys]
        if self.name == "year":
            return tuple(row for key, row in sorted(rows, key=lambda pair: -(pair[0] or 0)))
        by_name = sort_key(self.collation)
        return tuple(sorted((row for _, row in rows), key=lambda row: by_name(row.label[language])))


def kinds_of(portal: ProjectIndex, duplicates: DuplicateGroups | None = None) -> dict[str, Kind]:
    """The ways to group projects that the package has values for. Every agency has a page, also without a project.

    Projects without a year are a group too, unless the package has no such column and so says of none when it was.
    """
    projects = portal.projects
    has_years = "fiscal_year" in portal.package.resources["projects"].fields
    by_agency = dict.fromkeys(portal.agencies, ()) | group(
        (p for p in projects if p.agency is not None), lambda p: p.agency
    )
    with_strategy = (p for p in projects if p.strategy)
    kinds = (
        ("agency", urls.AGENCIES, by_agency),
        ("year", urls.YEARS, group(projects, lambda p: p.fiscal_year) if has_years else {}),
        ("policy", urls.POLICIES, group((p for p in projects if p.policy_id), lambda p: p.policy_id)),
        ("strategy", urls.STRATEGIES, group(with_strategy, lambda p: one_spelling(p.strategy or ""))),
    )
    collation = portal.package.conventions.collation
    return {name: Kind(name, index_path, groups, collation, duplicates or {}) for name, index_path, groups in kinds}


def find_in_group(projects: Sequence[ProjectSummary], findings: Findings) -> GroupFindings:
    """What the rules find among `projects`."""
    rules_of = [[finding.rule.name for finding in findings.questions(project.project_id)] for project in projects]
    counts = Counter(name for names in rules_of for name in names)
    return GroupFindings(
        counts[LATE],
        sum(project.project_id in findings.checked_for_lateness for project in projects),
        next((result.rule.name for result in findings.rules if result.rule.name == LATE and not result.absent), None),
        tuple((result.rule.name, counts[result.rule.name]) for result in findings.rules if counts[result.rule.name]),
        sum(map(bool, rules_of)),
    )


def plan_groups(portal: ProjectIndex, kind: Kind, findings: Findings, per_page: int) -> Iterator[Page]:
    """The overview of a way to group projects, and the pages of each group, in each language."""
    members = sum(len(projects) for projects in kind.groups.values())
    without = len(portal.projects) - members if kind.groups else 0
    languages = portal.package.conventions.languages
    for language in languages:
        context = GroupIndexContext(kind.name, _sections(kind, language), without)
        yield Page(kind.index_path, language, "pages/groups.html", context)
    for key, projects in kind.groups.items():
        inner = _inner(kind, projects)
        in_any_language = partial(
            GroupContext,
            kind=kind.name,
            label=kind.label(key),
            agency=key if isinstance(key, Agency) else None,
            count=len(projects),
            summary=kind.summary(key),
            findings=find_in_group(projects, findings),
            index_path=kind.index_path,
        )
        contexts = {language: partial(in_any_language, breakdown=inner.rows(language)) for language in languages}
        yield from plan_group(kind.path(key), "pages/group.html", projects, kind.collation, per_page, contexts)


def plan_group(
    path: str,
    template: str,
    projects: Sequence[ProjectSummary],
    collation: str,
    per_page: int,
    contexts: Mapping[Language, Callable[..., GroupContext]],
) -> Iterator[Page]:
    """The pages of a group of projects, in each language.

    `contexts` make that of a page of its `projects` and its `pagination`. A later page says the same in each language.
    """
    for on_page, pagination in paginate_by_year(ordered(projects, collation), path, per_page):
        of_page = urls.page_of(path, pagination.number)
        if pagination.number > 1:
            later = next(iter(contexts.values()))(projects=on_page, pagination=pagination).on_later_page()
            yield from in_each_language([*contexts], of_page, template, later)
        else:
            for language, context in contexts.items():
                yield Page(of_page, language, template, context(projects=on_page, pagination=pagination))


def _sections(kind: Kind, language: Language) -> tuple[tuple[str, tuple[GroupRow, ...]], ...]:
    if kind.name != "agency":
        return (("", kind.rows(language)),) if kind.groups else ()
    by_kind = group(kind.groups, lambda agency: str(agency.kind or ""))
    return tuple((name, kind.rows(language, agencies)) for name, agencies in sorted(by_kind.items()))


def _inner(kind: Kind, projects: Sequence[ProjectSummary]) -> Kind:
    """The projects of a group by fiscal year; those of a year by agency."""
    if kind.name == "year":
        return kind.within("agency", urls.AGENCIES, group((p for p in projects if p.agency), lambda p: p.agency))
    return kind.within("year", urls.YEARS, group(projects, lambda p: p.fiscal_year))


def ordered(projects: Sequence[ProjectSummary], collation: str) -> list[ProjectSummary]:
    """Newest fiscal year first, then by their titles."""
    by_name = sort_key(collation)
    return sorted(projects, key=lambda p: (-(p.fiscal_year or 0), by_name(p.title), p.project_id))
