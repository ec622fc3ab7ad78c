"""The pages of the areas of the city: the map of all, with its table, and each area with its projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from portal.core import urls
from portal.core.models import Agency, Area, Language, Package, Page, ProjectIndex, ProjectSummary
from portal.core.totals import DuplicateGroups, group
from portal.rules import Findings
from portal.site.outlines import OutlinePicture
from portal.site.pages.groups import GroupContext, GroupRow, Kind, find_in_group, plan_group
from portal.site.tile_map import TileMap, draw_tile_map


@dataclass(frozen=True, slots=True)
class Placement:
    """How the projects of the package came to their areas."""

    by_agency: int
    """Projects that are in the area of their agency, as the data do not say where they are."""
    own: int
    """Projects whose areas the data give."""
    several: int
    """Projects in several areas."""
    nowhere: int
    """Projects in no area."""


@dataclass(frozen=True, slots=True)
class AreaIndexContext:
    """All areas."""

    kind: str
    """area."""
    sections: tuple[tuple[str, tuple[GroupRow, ...]], ...]
    """The areas by the name of the area that they are a part of, which is "" for those that are a part of none."""
    tile_map: TileMap | None
    placement: Placement
    has_nearby: bool
    """Whether there is a page of the projects near a reader."""


@dataclass(frozen=True, slots=True)
class AreaContext(GroupContext):
    """An area, and a page of its projects."""

    area: Area
    whole: Area | None
    """The area that it is a part of."""
    parts: tuple[GroupRow, ...]
    """The areas that are parts of it."""
    offices: tuple[Agency, ...]
    """The agencies that work in it alone."""
    placement: Placement | None
    """Of the projects of the whole package. On the first page."""
    picture: OutlinePicture | None
    """Of its outline, where that is known. On the first page."""

    def on_later_page(self) -> Self:
        """As `GroupContext.on_later_page`."""
        return replace(GroupContext.on_later_page(self), parts=(), placement=None, picture=None)


def projects_by_area(portal: ProjectIndex) -> dict[Area, tuple[ProjectSummary, ...]]:
    """The projects of each area, with those of its parts; every area is there, also without a project."""
    areas = {area.area_id: area for area in portal.areas}
    members: defaultdict[str, list[ProjectSummary]] = defaultdict(list)
    for project in portal.projects:
        for area_id in dict.fromkeys(wider.area_id for area in project.areas for wider in with_wholes(area, areas)):
            members[area_id].append(project)
    return {area: tuple(members[area.area_id]) for area in portal.areas}


def with_wholes(area: Area, areas: Mapping[str, Area]) -> Iterator[Area]:
    """The area, that of which it is a part, and so on. `areas` are all by their id; they make no circle."""
    yield area
    while area.parent_id is not None:
        area = areas[area.parent_id]
        yield area


@dataclass(frozen=True, slots=True)
class CityAreas:
    """The areas of the city with their projects."""

    kind: Kind
    placement: Placement

    def draw(self, package: Package, language: Language) -> TileMap | None:
        """The map of the areas; None where none has a place on it."""
        return draw_tile_map(package, {area: self.kind.summary(area) for area in self.kind.groups}, language)


def city_areas(portal: ProjectIndex, duplicates: DuplicateGroups) -> CityAreas | None:
    """The areas of the city; None where the package has no table of them, and so the site no pages.

    `duplicates` are the projects that may be counted twice.
    """
    if "areas" not in portal.package.resources:
        return None
    kind = Kind("area", urls.AREAS, projects_by_area(portal), portal.package.conventions.collation, duplicates)
    return CityAreas(kind, _placement(portal.projects))


def plan_areas(
    portal: ProjectIndex,
    city: CityAreas,
    findings: Findings,
    tile_maps: Mapping[Language, TileMap | None],
    pictures: Mapping[str, OutlinePicture],
    per_page: int,
) -> Iterator[Page]:
    """The map of the areas, and the pages of each area, in each language. `pictures` are their outlines, by ids."""
    kind, languages = city.kind, portal.package.conventions.languages
    for language in languages:
        sections = _sections(kind, language)
        context = AreaIndexContext("area", sections, tile_maps[language], city.placement, portal.has_coordinates)
        yield Page(urls.AREAS, language, "pages/areas.html", context)
    areas = {area.area_id: area for area in portal.areas}
    offices = group((agency for agency in portal.agencies if agency.area), lambda agency: agency.area)
    for area, projects in kind.groups.items():
        parts = [part for part in portal.areas if part.parent_id == area.area_id]
        years = kind.within("year", urls.YEARS, group(projects, lambda p: p.fiscal_year))
        in_any_language = partial(
            AreaContext,
            kind="area",
            label=area.name,
            agency=None,
            count=len(projects),
            summary=kind.summary(area),
            findings=find_in_group(projects, findings),
            index_path=urls.AREAS,
            area=area,
            whole=areas.get(area.parent_id or ""),
            offices=offices.get(area, ()),
            placement=city.placement,
            picture=pictures.get(area.area_id),
        )
        contexts = {
            language: partial(in_any_language, breakdown=years.rows(language), parts=kind.rows(language, parts))
            for language in languages
        }
        yield from plan_group(urls.area(area.area_id), "pages/area.html", projects, kind.collation, per_page, contexts)


def _placement(projects: Sequence[ProjectSummary]) -> Placement:
    return Placement(
        sum(project.is_placed_by_agency for project in projects),
        sum(bool(project.areas) and not project.is_placed_by_agency for project in projects),
        sum(len(project.areas) > 1 for project in projects),
        sum(not project.areas for project in projects),
    )


def _sections(kind: Kind, language: Language) -> tuple[tuple[str, tuple[GroupRow, ...]], ...]:
    """The rows of the areas, by the whole of which they are parts; first those that are a part of none."""
    names = {area.area_id: area.name[language] for area in kind.groups}
    by_whole = group(kind.groups, lambda area: names.get(area.parent_id or "", ""))
    return tuple((name, kind.rows(language, areas)) for name, areas in sorted(by_whole.items()))
