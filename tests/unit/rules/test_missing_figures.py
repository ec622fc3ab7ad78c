"""Which key figure is missing from which project: the same that the completeness of each agency counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.rules.quality import missing_figures, quality_report

if TYPE_CHECKING:
    from tests.sample_package import SamplePackage


def test_the_missing_figures_of_the_projects_are_those_that_the_agencies_lack(whole: SamplePackage) -> None:
    whole.set("projects", "budget_received", "", "")
    portal = whole.portal()
    quality = quality_report(portal)
    missing = missing_figures(portal.projects, quality)
    for row in quality.agencies:
        own = [project for project in portal.projects if project.agency == row.agency]
        for name, given in row.completeness.figures.items():
            lacking = sum(name in missing.get(project.project_id, ()) for project in own)
            assert lacking == (len(own) - given if given or row.agency is None else 0), (row.agency, name)
    assert any(missing.values())


def test_a_figure_that_the_data_have_for_no_project_of_an_agency_is_missing_from_none(whole: SamplePackage) -> None:
    table = whole.table("projects")
    agency, progress = table[0].index("agency_id"), table[0].index("progress_percent")
    ids = {row[0] for row in table[1:] if row[agency] == "92000000"}
    whole.write("projects", [[*r[:progress], "", *r[progress + 1 :]] if r[0] in ids else r for r in table])
    portal = whole.portal()
    missing = missing_figures(portal.projects, quality_report(portal))
    assert ids
    assert not any("progress_percent" in missing.get(project_id, ()) for project_id in ids)


def test_a_project_that_has_every_figure_is_not_listed(whole: SamplePackage) -> None:
    portal = whole.portal()
    quality = quality_report(portal)
    complete = [p for p in portal.projects if all(getattr(p, f.name) is not None for f in quality.figures)]
    missing = missing_figures(portal.projects, quality)
    assert complete
    assert not {project.project_id for project in complete} & missing.keys()


def test_a_column_that_the_package_does_not_declare_is_missing_from_no_project(package: SamplePackage) -> None:
    portal = package.portal()
    declared = portal.package.resources["projects"].fields
    assert "budget_spent" not in declared
    missing = missing_figures(portal.projects, quality_report(portal))
    assert not any("budget_spent" in names for names in missing.values())
